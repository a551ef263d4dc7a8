"""How another system starts a flow: it proves itself with a signed assertion, gets a token for it, and calls.

The private key is made for one run, lives in this process alone, and never comes near a page. Nothing here returns or
raises anything in which a token stands, so none can get into a report.
"""

import base64
import json
import time
from http import HTTPStatus

import httpx
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOKEN_PATH = "/incoming/token"  # noqa: S105  a path
WEBHOOK_PATH = "/incoming/webhook/jwt"
GRANT = "urn:ihub:jwt:bearer"
#: Seconds. iHub takes no assertion that is good for longer than 1,200.
GOOD_FOR = 300


class Caller:
    """Another system, with a key pair of its own."""

    def __init__(self) -> None:
        self._key = generate_private_key(public_exponent=65537, key_size=2048)

    @property
    def public_key(self) -> str:
        """What the flow is told of it, in PEM."""
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def call(self, backend: httpx.Client, flow_id: str, body: dict[str, str]) -> None:
        """Start a flow.

        Args:
            backend: The app's backend.
            flow_id: The flow.
            body: What it is told.
        """
        audience = str(backend.base_url.join(TOKEN_PATH))
        form = {"grant_type": GRANT, "assertion": self._assertion(flow_id, audience)}
        answer = backend.post(TOKEN_PATH, data=form)
        assert answer.status_code == HTTPStatus.OK, f"the token exchange answered {answer.status_code}"
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        answer = backend.post(WEBHOOK_PATH, json=body, headers=bearer)
        assert answer.status_code == HTTPStatus.ACCEPTED, f"the webhook answered {answer.status_code}"

    def _assertion(self, flow_id: str, audience: str) -> str:
        """A JSON Web Token, signed with RS256 (RFC 7515, RFC 7519)."""
        header = {"alg": "RS256", "typ": "JWT"}
        claims = {"iss": flow_id, "sub": flow_id, "aud": audience, "exp": int(time.time()) + GOOD_FOR}
        signed = b".".join(_base64url(json.dumps(part).encode()) for part in (header, claims))
        signature = self._key.sign(signed, PKCS1v15(), SHA256())
        return (signed + b"." + _base64url(signature)).decode()


def _base64url(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
