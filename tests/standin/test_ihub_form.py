"""The form of a flow."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from synthetics.standin.ihub_form import errors_of, values_of
from synthetics.standin.ihub_triggers import ISSUE_CREATED
from tests.standin.rsa_keys import a_key, private_pem, public_pem


def _asked(**changes: Any) -> dict[str, Any]:
    return {"name": "Greet", "trigger": ISSUE_CREATED, "label": "", "text": "Hello", **changes}


def _scheduled(**changes: Any) -> dict[str, Any]:
    return _asked(trigger="schedule", every="5", unit="seconds", issue="SYN-1", **changes)


def _called(**changes: Any) -> dict[str, Any]:
    return _asked(**{"trigger": "incoming-webhook", "public_key": public_pem(a_key()), "issue": "SYN-1", **changes})


def _another_kind_of_key() -> str:
    key = generate_private_key(SECP256R1()).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.mark.parametrize(
    ("asked", "field", "said"),
    [
        pytest.param(_asked(name=" "), "name", "Give the flow a name.", id="no name"),
        pytest.param(
            _asked(name="n" * 81), "name", "The name has 81 characters; at most 80 are allowed.", id="long name"
        ),
        pytest.param(_asked(trigger="moon"), "trigger", "The trigger 'moon' is not available", id="unknown trigger"),
        pytest.param(_asked(label="two words"), "label", "A label has no spaces.", id="a label with a space"),
        pytest.param(_asked(text=""), "text", "Write the text.", id="no text"),
        pytest.param(
            _asked(text="{{oops}}"),
            "text",
            "no value named 'oops'; there are: flow.id, flow.name, issue.key",
            id="typo",
        ),
        pytest.param(
            _scheduled(text="{{issue.key}}"), "text", "no value named 'issue.key'", id="a schedule has no issue"
        ),
        pytest.param(_scheduled() | {"issue": ""}, "issue", "Write the key of the issue", id="where to comment"),
        pytest.param(_asked(issue="first one"), "issue", "'first one' is no issue key such as SYN-1.", id="no key"),
        pytest.param(
            _scheduled() | {"every": "4"}, "every", "The interval is 4 s; it must be from 5 s", id="too often"
        ),
        pytest.param(
            _scheduled() | {"every": "1441", "unit": "minutes"}, "every", "The interval is 86460 s", id="too seldom"
        ),
        pytest.param(_scheduled() | {"every": "often"}, "every", "Write a whole number", id="no interval"),
        pytest.param(_scheduled() | {"unit": "moons"}, "every", "choose seconds or minutes", id="unknown unit"),
        pytest.param(
            _asked(trigger="workflow-post-function", transition="99"),
            "transition",
            "There is no transition '99' in the workflow.",
            id="unknown transition",
        ),
        pytest.param(_asked(action="dance"), "action", "There is no action 'dance'.", id="unknown action"),
        pytest.param(
            _asked(action="call", address="file:///etc/passwd"), "address", "begins with https://", id="no web address"
        ),
        pytest.param(_called(public_key=""), "public_key", "Paste an RSA public key", id="no key pasted"),
        pytest.param(
            _called(public_key=private_pem(a_key())), "public_key", "This is a private key.", id="the wrong half"
        ),
        pytest.param(
            _called(public_key=public_pem(a_key(bits=1_024))), "public_key", "at least 2048 bits", id="a weak key"
        ),
        pytest.param(_called(public_key=_another_kind_of_key()), "public_key", "must be an RSA key", id="no RSA key"),
    ],
)
def test_form_is_refused_at_the_field_that_is_wrong(asked: dict[str, Any], field: str, said: str) -> None:
    errors = errors_of(asked)
    assert list(errors) == [field]
    assert said in errors[field]


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(_asked(), id="an event"),
        pytest.param(_asked(issue="syn-999999"), id="an event, and another issue"),
        pytest.param(_asked(action="call", address="http://localhost:1/x"), id="a call"),
        pytest.param(_scheduled(), id="a schedule"),
        pytest.param(_called(text="{{webhook.order}}"), id="a webhook"),
        pytest.param(_asked(every="x", public_key="x", address="x", transition="x"), id="fields of other triggers"),
    ],
)
def test_form_is_taken(asked: dict[str, Any]) -> None:
    assert errors_of(asked) == {}


def test_values_keep_only_what_trigger_and_action_have() -> None:
    values = values_of(_asked(every="7", unit="minutes", public_key="x", address="x", transition="11", issue="syn-2"))
    assert values["issue"] == "SYN-2"
    assert (values["every_seconds"], values["public_key"], values["address"], values["transition"]) == (0, "", "", "")
    assert values_of(_scheduled() | {"every": "2", "unit": "minutes", "label": "x"})["every_seconds"] == 120
