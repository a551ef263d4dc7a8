"""Signed tokens between the servers: JSON Web Tokens with HMAC-SHA-256, and nothing more of that standard.

Source: RFC 7519 (claims), RFC 7515 (compact form).
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

_HEADER = {"alg": "HS256", "typ": "JWT"}
LIFETIME_SECONDS = 300


class TokenError(Exception):
    """The token is not one of ours, is too old, or is meant for somebody else."""


def sign(claims: Mapping[str, Any], secret: bytes, *, audience: str) -> str:
    """A token that is good for five minutes.

    Args:
        claims: What it says, beside ``aud``, ``iat`` and ``exp``.
        secret: What both sides know.
        audience: Who may take it.

    Returns:
        The token in its compact form.
    """
    now = int(time.time())
    body = {**claims, "aud": audience, "iat": now, "exp": now + LIFETIME_SECONDS}
    signed = f"{_encode(json.dumps(_HEADER).encode())}.{_encode(json.dumps(body).encode())}"
    return f"{signed}.{_encode(_signature(signed, secret))}"


def verify(token: str, secret: bytes, *, audience: str) -> dict[str, Any]:
    """What a token says.

    Args:
        token: The compact form.
        secret: What both sides know.
        audience: Who is asking.

    Returns:
        Its claims.

    Raises:
        TokenError: It cannot be trusted; the text says why.
    """
    signed, _, signature = token.rpartition(".")
    if not hmac.compare_digest(_encode(_signature(signed, secret)), signature):
        raise TokenError("the token's signature is wrong")
    claims: dict[str, Any] = json.loads(decoded(signed.partition(".")[2]))
    if claims.get("aud") != audience:
        raise TokenError(f"the token is for {claims.get('aud')!r}, not for {audience!r}")
    if claims["exp"] < time.time():
        raise TokenError("the token has expired")
    return claims


def bearer(authorization: str | None) -> str:
    """The token in an Authorization header.

    Args:
        authorization: The header's value, if there is one.

    Returns:
        The token.

    Raises:
        TokenError: There is none.
    """
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenError("a bearer token is needed")
    return token


def _signature(signed: str, secret: bytes) -> bytes:
    return hmac.digest(secret, signed.encode(), hashlib.sha256)


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of one part of a token; raises TokenError where it has none."""
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise TokenError("the token cannot be read") from error
