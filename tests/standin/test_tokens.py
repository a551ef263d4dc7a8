"""Signed tokens between the servers."""

import time

import pytest

from synthetics.standin import tokens
from synthetics.standin.tokens import TokenError, bearer, sign, verify

_SECRET = b"0123456789abcdef0123456789abcdef"


def test_verify_gives_back_the_claims() -> None:
    assert verify(sign({"sub": "app"}, _SECRET, audience="site"), _SECRET, audience="site")["sub"] == "app"


def test_verify_refuses_another_signature() -> None:
    token = sign({"sub": "app"}, b"another secret", audience="site")
    for wrong in (token, "", "a.b.c", token.rpartition(".")[0] + "."):
        with pytest.raises(TokenError, match="signature is wrong"):
            verify(wrong, _SECRET, audience="site")


def test_verify_refuses_another_audience() -> None:
    with pytest.raises(TokenError, match="is for 'site', not for 'ihub'"):
        verify(sign({}, _SECRET, audience="site"), _SECRET, audience="ihub")


def test_verify_refuses_an_old_token(monkeypatch: pytest.MonkeyPatch) -> None:
    token = sign({}, _SECRET, audience="site")
    later = time.time() + tokens.LIFETIME_SECONDS + 2
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(TokenError, match="expired"):
        verify(token, _SECRET, audience="site")


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer "])
def test_bearer_refuses_other_headers(header: str | None) -> None:
    with pytest.raises(TokenError, match="bearer token is needed"):
        bearer(header)


def test_bearer_takes_any_capitals() -> None:
    assert bearer("bearer abc") == "abc"
