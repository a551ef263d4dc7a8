"""iHub's incoming webhook: another system proves itself with a signed assertion, gets a token for it, and calls.

Source: RFC 7523 (an assertion as a grant); the grant's name and the limit of its age are iHub's own.
"""

import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from synthetics.standin import tokens
from synthetics.standin.ihub_flows import Flow, Flows
from synthetics.standin.ihub_triggers import WEBHOOK
from synthetics.standin.tokens import TokenError

TOKEN_PATH = "/incoming/token"  # noqa: S105  a path
WEBHOOK_PATH = "/incoming/webhook/jwt"
GRANT = "urn:ihub:jwt:bearer"
AUDIENCE = "ihub-webhook"
MOST_SECONDS_AHEAD = 1_200


class TokenExchange:
    """Changes assertions into tokens, and tells whose a token is.

    Args:
        flows: Where the flows and their public keys are.
        secret: What the tokens are signed with.
    """

    def __init__(self, flows: Flows, secret: bytes) -> None:
        self._flows = flows
        self._secret = secret

    async def token(self, request: Request) -> Response:
        """Take an assertion, give a token."""
        form = await request.form()
        if form.get("grant_type") != GRANT:
            return _refused("unsupported_grant_type", f"the grant_type must be {GRANT}")
        assertion = form.get("assertion")
        if not isinstance(assertion, str) or not assertion:
            return _refused("invalid_request", "the assertion is missing")
        try:
            flow = self._flow_of(assertion, str(request.base_url).rstrip("/") + TOKEN_PATH)
        except TokenError as error:
            return _refused("invalid_grant", str(error))
        token = tokens.sign({"sub": flow.id}, self._secret, audience=AUDIENCE)
        return JSONResponse(
            {"access_token": token, "token_type": "Bearer", "expires_in": tokens.LIFETIME_SECONDS},
            headers={"Cache-Control": "no-store"},
        )

    def flow_called(self, request: Request) -> Flow | None:
        """The flow for which a caller has a token; None where it is gone since.

        Args:
            request: The call.

        Returns:
            The flow.

        Raises:
            TokenError: The call has no token, or one that is not ours or too old.
        """
        token = tokens.bearer(request.headers.get("authorization"))
        return self._flows.find(str(tokens.verify(token, self._secret, audience=AUDIENCE)["sub"]))

    def _flow_of(self, assertion: str, token_address: str) -> Flow:
        """The flow that the assertion is about, which must be right in every respect."""
        claims = _unproven(assertion)
        flow = self._flows.find(str(claims.get("sub")))
        if flow is None or flow.trigger != WEBHOOK or claims.get("iss") != claims.get("sub"):
            raise TokenError("iss and sub must both be the id of a flow with an incoming webhook")
        _prove(assertion, flow.public_key)
        audience = claims.get("aud")
        if token_address not in (audience if isinstance(audience, list) else [audience]):
            raise TokenError(f"aud is {audience!r}; it must be {token_address}")
        expiry, now = claims.get("exp"), time.time()
        if isinstance(expiry, bool) or not isinstance(expiry, int | float) or expiry <= now:
            raise TokenError("exp is missing or has passed")
        if expiry > now + MOST_SECONDS_AHEAD:
            raise TokenError(f"exp is more than {MOST_SECONDS_AHEAD} s ahead")
        return flow


def _unproven(assertion: str) -> Mapping[str, Any]:
    """What an assertion claims, before anything is known of its signature."""
    try:
        header, claims, _signature = assertion.split(".")
        head, body = json.loads(tokens.decoded(header)), json.loads(tokens.decoded(claims))
    except ValueError as error:
        raise TokenError("the assertion is no JSON Web Token") from error
    if not isinstance(head, Mapping) or head.get("alg") != "RS256" or not isinstance(body, Mapping):
        raise TokenError("the assertion must be signed with RS256")
    return body


def _prove(assertion: str, public_key: str) -> None:
    signed, _, signature = assertion.rpartition(".")
    key = load_pem_public_key(public_key.encode())
    if not isinstance(key, RSAPublicKey):
        raise TokenError("the flow's key is no RSA key")
    try:
        key.verify(tokens.decoded(signature), signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise TokenError("the assertion's signature is wrong") from error


async def body_of(request: Request) -> dict[str, Any]:
    """What a call brings: the names and values of a JSON object; nothing where it brings something else."""
    try:
        body = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    return dict(body) if isinstance(body, Mapping) else {}


def _refused(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, status_code=HTTPStatus.BAD_REQUEST)
