"""A company's network on this machine: an authority of its own, sites whose certificates are its, and its proxy."""

import base64
import datetime as dt
import select
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer, ThreadingTCPServer
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_Kind = TypeVar("_Kind", bound=TCPServer)
_DAY = dt.timedelta(days=1)


class Authority:
    """An authority that nobody knows, with a key of its own."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self._certificate = (
            _unsigned(name, self._key).issuer_name(self._name).add_extension(constraints, critical=True)
        ).sign(self._key, SHA256())

    @property
    def pem(self) -> bytes:
        """Its certificate."""
        return self._certificate.public_bytes(Encoding.PEM)

    def server(self, folder: Path, host: str, *, sent_along: bytes = b"") -> ssl.SSLContext:
        """What a server needs to be that host.

        Args:
            folder: Where its key and certificate are written.
            host: Its name.
            sent_along: What it shows beside its own certificate.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self.certificate(host, key)
        file = folder / f"{host}.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + certificate + sent_along)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def certificate(self, host: str, key: ec.EllipticCurvePrivateKey) -> bytes:
        """A server's certificate, in PEM."""
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        no_authority = x509.BasicConstraints(ca=False, path_length=None)
        unsigned = _unsigned(host, key).issuer_name(self._name).add_extension(no_authority, critical=True)
        signed = unsigned.add_extension(names, critical=False).add_extension(usage, critical=False)
        return signed.sign(self._key, SHA256()).public_bytes(Encoding.PEM)


def _unsigned(name: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
    )


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<h1>Hello</h1>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the library's own name
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that refuse the certificate."""


@contextmanager
def site(context: ssl.SSLContext) -> Iterator[int]:
    """A site that says hello at every address; gives its port."""
    server = _Server(("127.0.0.1", 0), _Hello)
    # The handshake is made in the thread of its connection, so that one that is refused holds up no other.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    with _serving(server):
        yield server.server_port


class Proxy(ThreadingTCPServer):
    """A proxy that leads each host to where the test says, and remembers who was asked for.

    Args:
        ports: Where each ``host:port`` really is, on this machine.
        credentials: The ``user:password`` that it asks for; None asks for none.
    """

    daemon_threads = True

    def __init__(self, ports: Mapping[str, int], credentials: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.ports = ports
        self.credentials = credentials
        self.connects: list[str] = []

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Tunnel(BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            part = self.request.recv(65536)
            if not part:
                return
            head += part
        method, host, _version = head.split(b"\r\n")[0].decode().split(" ")
        expected = self.server.credentials
        shown = b"Basic " + base64.b64encode((expected or "").encode())
        if expected is not None and shown not in head:
            challenge = b'407 Who\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0'
            self.request.sendall(b"HTTP/1.1 " + challenge + b"\r\nConnection: close\r\n\r\n")
        elif method != "CONNECT" or host not in self.server.ports:
            self.request.sendall(b"HTTP/1.1 502 Nobody\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            self.server.connects.append(host)
            with socket.create_connection(("127.0.0.1", self.server.ports[host])) as there:
                self.request.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                _pump(self.request, there)


def _pump(one: socket.socket, other: socket.socket) -> None:
    beyond = {one: other, other: one}
    try:
        while True:
            for each in select.select([one, other], [], [])[0]:
                part = each.recv(65536)
                if not part:
                    return
                beyond[each].sendall(part)
    except OSError:
        return


@contextmanager
def proxy(ports: Mapping[str, int], credentials: str | None = None) -> Iterator[Proxy]:
    """A proxy that runs."""
    with _serving(Proxy(ports, credentials)) as running:
        yield running


@contextmanager
def _serving(server: _Kind) -> Iterator[_Kind]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
