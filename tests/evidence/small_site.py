"""A site with an app on it, small enough for one file: what it does wrong is in the paths."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

APP = "app-1"

_PAGE = """<!doctype html><title>Site</title>
<script src="/gone.js"></script>
<img src="/hangs.png?token=sesame">
<div data-testid="hosted-resources-iframe-container">
  <iframe data-testid="hosted-resources-iframe" src="{cdn}/inst/app-1/env-1/1.0/main/index.html?jwt=sesame"></iframe>
</div>
<iframe src="{cdn}/forbidden"></iframe>
<script>
  addEventListener("message", () => fetch("/gateway/api/graphql", {{
    method: "POST", body: JSON.stringify({{ operationName: "invoke", extensionId: "app-1" }}),
  }}));
  console.error("said by the page");
</script>
<script>throw new Error("the page is broken");</script>
"""
_FRAME = """<!doctype html><title>App</title>
<script>
  const ask = (path) => fetch(path).catch(() => undefined);
  Promise.all([ask("{backend}/slow-down"), ask("{backend}/broken"), ask("{closed}/nobody")]).then(() => {{
    parent.postMessage("invoke", "*");
    document.body.innerHTML = '<p data-testid="ready">Ready</p>';
  }});
</script>
<body></body>
"""

_STUCK = """<!doctype html><title>Site</title>
<div data-testid="hosted-resources-iframe-container">
  <iframe data-testid="hosted-resources-iframe" src="{cdn}/inst/app-1/env-1/1.0/stuck/index.html"></iframe>
</div>
"""
_STATUSES = {"/cut": 200, "/forbidden": 200, "/slow-down": 429, "/broken": 502, "/gateway/api/graphql": 200}


class SmallSite(NamedTuple):
    """Where everything is: four origins, of which nobody answers at the last."""

    site: str
    cdn: str
    backend: str
    closed: str


@contextmanager
def small_site() -> Iterator[SmallSite]:
    """Serve it while the block lasts."""
    over = threading.Event()
    pages = {"/": _PAGE, "/stuck": _STUCK, f"/inst/{APP}/env-1/1.0/main/index.html": _FRAME}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/hangs.png":
                over.wait()
                return
            if path in pages:
                self._answer(200, pages[path].format(**found._asdict()))
                return
            length, framed = {"/cut": (1_000, ""), "/forbidden": (None, "DENY")}.get(path, (None, ""))
            self._answer(_STATUSES.get(path, 404), "<p>half", length=length, x_frame_options=framed, retry_after="7")

        def do_POST(self) -> None:
            self.do_GET()

        def _answer(self, status: int, text: str, *, length: int | None = None, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(length or len(text)))
            self.send_header("Access-Control-Allow-Origin", "*")
            for name, value in headers.items():
                if value:
                    self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: object) -> None:
            """Nothing is logged."""

    with socket.socket() as nobody, _serving(Handler) as front, _serving(Handler) as back:
        nobody.bind(("127.0.0.1", 0))  # not listening
        found = SmallSite(
            site=f"http://127.0.0.1:{front}",
            cdn=f"http://localhost:{front}",
            backend=f"http://127.0.0.1:{back}",
            closed=f"http://127.0.0.1:{nobody.getsockname()[1]}",
        )
        yield found
        over.set()


@contextmanager
def _serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server.server_port
    server.shutdown()
    server.socket.close()
    thread.join()
