"""iHub's incoming webhook: the exchange of an assertion for a token, and the call."""

import time
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Any

import httpx
import pytest

from synthetics.standin import adf
from tests.standin.rsa_keys import a_key, an_assertion, public_pem
from tests.standin.started import Standin, eventually

_GRANT = "urn:ihub:jwt:bearer"
Claims = dict[str, Any]


@pytest.fixture(scope="module")
def caller(standin: Standin) -> Iterator[httpx.Client]:
    with standin.signed_in() as client:
        yield client


def _a_flow(standin: Standin, caller: httpx.Client, **changes: Any) -> str:
    asked = {
        "name": "Called",
        "trigger": "incoming-webhook",
        "public_key": public_pem(a_key()),
        "issue": "SYN-2",
        "text": "Order {{webhook.order}} arrived",
        **changes,
    }
    flow_id: str = standin.invoke(caller, "createFlow", asked)["response"]["body"]["flow"]["id"]
    return flow_id


@pytest.fixture(scope="module")
def flow(standin: Standin, caller: httpx.Client) -> str:
    return _a_flow(standin, caller)


def _claims(standin: Standin, flow: str, **changes: Any) -> Claims:
    address = f"{standin.backend}/incoming/token"
    return {"iss": flow, "sub": flow, "aud": address, "exp": int(time.time()) + 600, **changes}


def _exchange(standin: Standin, assertion: str, grant: str = _GRANT) -> httpx.Response:
    form = {"grant_type": grant, "assertion": assertion}
    return httpx.post(f"{standin.backend}/incoming/token", data=form, trust_env=False)


def _call(standin: Standin, token: str, **options: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.post(f"{standin.backend}/incoming/webhook/jwt", headers=headers, trust_env=False, **options)


def _token(standin: Standin, flow: str) -> str:
    answer = _exchange(standin, an_assertion(a_key(), _claims(standin, flow)))
    assert answer.status_code == HTTPStatus.OK, answer.text
    assert answer.json()["token_type"] == "Bearer"
    assert answer.json()["expires_in"] == 300
    token: str = answer.json()["access_token"]
    return token


def test_call_with_the_token_starts_the_flow(standin: Standin, rest: httpx.Client, flow: str) -> None:
    answer = _call(standin, _token(standin, flow), json={"order": "A-7"})
    assert (answer.status_code, answer.json()) == (HTTPStatus.ACCEPTED, {"flow": flow, "status": "accepted"})

    def arrived() -> bool:
        comments = rest.get("/rest/api/3/issue/SYN-2/comment").json()["comments"]
        return [adf.to_text(comment["body"]) for comment in comments] == ["Order A-7 arrived"]

    eventually(arrived, "the flow's comment")


def test_addresses_are_told_by_the_app(standin: Standin, caller: httpx.Client) -> None:
    webhook = standin.invoke(caller, "getTriggers")["response"]["body"]["webhook"]
    assert webhook == {
        "tokenAddress": f"{standin.backend}/incoming/token",
        "address": f"{standin.backend}/incoming/webhook/jwt",
        "grantType": _GRANT,
    }


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda _now: {"aud": "https://elsewhere.example"}, "aud is", id="for somebody else"),
        pytest.param(lambda now: {"exp": now - 1}, "exp is missing or has passed", id="too old"),
        pytest.param(lambda _now: {"exp": None}, "exp is missing or has passed", id="for ever"),
        pytest.param(lambda now: {"exp": now + 1_260}, "exp is more than 1200 s ahead", id="too long"),
        pytest.param(lambda _now: {"iss": "flow-1"}, "iss and sub must both be the id", id="another issuer"),
        pytest.param(lambda _now: {"iss": "flow-0", "sub": "flow-0"}, "iss and sub must both be", id="no such flow"),
        pytest.param(lambda _now: {"iss": "flow-1", "sub": "flow-1"}, "iss and sub must both be", id="no webhook flow"),
    ],
)
def test_assertion_that_claims_something_wrong_is_refused(
    standin: Standin, flow: str, change: Callable[[int], Claims], said: str
) -> None:
    claims = _claims(standin, flow, **change(int(time.time())))
    answer = _exchange(standin, an_assertion(a_key(), claims))
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.json()["error"] == "invalid_grant"
    assert said in answer.json()["error_description"]


def test_assertion_of_another_key_or_algorithm_is_refused(standin: Standin, flow: str) -> None:
    other = _exchange(standin, an_assertion(a_key(1), _claims(standin, flow)))
    assert other.json()["error_description"] == "the assertion's signature is wrong"
    none = _exchange(standin, an_assertion(a_key(), _claims(standin, flow), algorithm="none"))
    assert none.json()["error_description"] == "the assertion must be signed with RS256"
    for nonsense in ("x", "a.b.c", "e30.e30.e30"):
        assert _exchange(standin, nonsense).json()["error"] == "invalid_grant"


def test_longest_lifetime_and_a_list_of_audiences_are_taken(standin: Standin, flow: str) -> None:
    claims = _claims(standin, flow, exp=int(time.time()) + 1_200)
    claims["aud"] = ["https://elsewhere.example", claims["aud"]]
    assert _exchange(standin, an_assertion(a_key(), claims)).status_code == HTTPStatus.OK


def test_other_grants_and_a_missing_assertion_are_refused(standin: Standin) -> None:
    assert _exchange(standin, "x", grant="password").json()["error"] == "unsupported_grant_type"
    assert _exchange(standin, "").json()["error"] == "invalid_request"


def test_call_without_a_token_of_the_exchange_is_unauthorized(standin: Standin, flow: str) -> None:
    bare = httpx.post(f"{standin.backend}/incoming/webhook/jwt", trust_env=False)
    assert bare.status_code == HTTPStatus.UNAUTHORIZED
    assertion = an_assertion(a_key(), _claims(standin, flow))
    assert _call(standin, assertion).status_code == HTTPStatus.UNAUTHORIZED


def test_token_of_a_flow_that_is_gone_or_disabled_starts_nothing(standin: Standin, caller: httpx.Client) -> None:
    gone, disabled = _a_flow(standin, caller), _a_flow(standin, caller, enabled=False)
    token = _token(standin, gone)
    standin.invoke(caller, "deleteFlow", {"id": gone})
    for each in (token, _token(standin, disabled)):
        answer = _call(standin, each)
        assert answer.status_code == HTTPStatus.CONFLICT
        assert answer.json() == {"message": "The flow of this token is disabled or was deleted."}


@pytest.mark.parametrize("options", [{}, {"content": b"\xff"}, {"json": ["a"]}])
def test_call_may_bring_nothing_that_can_be_read(standin: Standin, flow: str, options: dict[str, Any]) -> None:
    assert _call(standin, _token(standin, flow), **options).status_code == HTTPStatus.ACCEPTED
