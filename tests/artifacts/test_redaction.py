import base64
import html
import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from synthetics.artifacts.redaction import MOST_LEARNED, Redactor
from synthetics.record import Artifact, ArtifactKind, Error, FailedRequest, Outcome, Provenance, Reason, StepStatus
from tests.ledger.builders import a_key, a_record, a_step

AWKWARD = 'p&ss "w"\\ö/+%<x>\'😀\n.-é'


def as_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def as_javascript(text: str) -> str:
    return json.dumps(text)[1:-1].replace("/", "\\/")


def as_readable_json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def as_percent(text: str) -> str:
    return quote(text, safe="")


def as_lower_percent(text: str) -> str:
    """Some clients write %2f where others write %2F."""
    return "".join(f"%{each:02x}" if not chr(each).isalnum() or each > 127 else chr(each) for each in text.encode())


def as_query(text: str) -> str:
    return urlencode({"k": text}).removeprefix("k=")


def as_entities(text: str) -> str:
    return "".join(each if each.isascii() and each.isalnum() else f"&#x{ord(each):X};" for each in text)


def as_repr(text: str) -> str:
    return repr(text)[1:-1]


def as_repr_of_bytes(text: str) -> str:
    return repr(text.encode())[2:-1]


FORMS: list[Callable[[str], str]] = [
    str,
    quote,
    quote_plus,
    as_percent,
    as_lower_percent,
    as_query,
    as_json,
    as_readable_json,
    as_javascript,
    html.escape,
    as_entities,
    as_repr,
    as_repr_of_bytes,
]
ESCAPES = [as_percent, as_json, html.escape]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_text_loses_a_secret_in_each_form(form: Callable[[str], str]) -> None:
    assert Redactor([AWKWARD]).text(f"before {form(AWKWARD)} after") == "before [redacted] after"


@pytest.mark.parametrize("outer", ESCAPES, ids=lambda form: form.__name__)
@pytest.mark.parametrize("inner", FORMS, ids=lambda form: form.__name__)
def test_text_loses_a_secret_that_was_escaped_twice(inner: Callable[[str], str], outer: Callable[[str], str]) -> None:
    """pytest-html keeps JSON in an HTML attribute; an address in a JSON log is quoted and then escaped."""
    assert Redactor([AWKWARD]).text(f"<{outer(inner(AWKWARD))}>") == "<[redacted]>"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "a", "ab", "qa@example.com:"])
@pytest.mark.parametrize("form", [str, as_json, as_percent], ids=lambda form: form.__name__)
def test_text_loses_a_secret_inside_base64(
    form: Callable[[str], str], before: str, encode: Callable[[bytes], bytes]
) -> None:
    """Such as an Authorization header; what comes before the secret shifts it by none, one or two octets."""
    coded = encode(f"{before}{form(AWKWARD)} and more".encode()).decode()

    left = Redactor([AWKWARD]).text(f"Authorization: Basic {coded}")

    assert left.startswith("Authorization: Basic ")
    assert "[redacted]" in left
    assert len(left) < 80, "what is left are the neighbours and a few bits at the edges"


def test_text_without_secrets_stays_as_it_is() -> None:
    text = 'GET /rest/api/3/issue?jql=project%20%3D%20SYN {"a": "b\\n"} &lt;p&gt; ö'
    assert Redactor([AWKWARD, "hunter-22"]).text(text) == text
    assert Redactor([]).text(text) == text


def test_secrets_shorter_than_four_characters_are_left_alone() -> None:
    assert Redactor(["", "abc", "abcd"]).text("abc abcd") == "abc [redacted]"


def test_a_secret_that_begins_with_another_goes_as_a_whole() -> None:
    assert Redactor(["pass", "password-1", "pass"]).text("password-1 pass") == "[redacted] [redacted]"


def test_the_placeholder_is_not_searched_again() -> None:
    assert Redactor(["redacted", "hunter2"]).text("hunter2") == "[redacted]"


def test_letters_of_another_case_are_another_word() -> None:
    assert Redactor(["Admin"]).text("the admin page") == "the admin page"


def test_json_stays_json() -> None:
    text = json.dumps({"path": '<"quoted" secret>', "other": "x"})
    assert json.loads(Redactor(['"quoted" secret']).text(text)) == {"path": "<[redacted]>", "other": "x"}


def test_data_of_a_large_file_takes_no_time_to_speak_of() -> None:
    """Each branch of the pattern begins with a literal: 20 MB take a tenth of a second, and nothing blows it up."""
    redactor = Redactor([AWKWARD, "A" * 190, "hunter-22", "\\\\\\-a"])
    started = time.monotonic()
    redactor.data(b'2026-01-01 a line of a log with %20 and "quotes" & more words to go on\n' * 100_000)
    for nasty in (b"\\", b"&amp;", b"%25", b"%5C", b"p&ss \\", b"p&ss %255C", b"-%5C"):
        redactor.data(b"p&ss " + nasty * 50_000)
    assert time.monotonic() - started < 10


texts = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(max_examples=40, deadline=None)
@example(secret="\\\\\\é\\", before="", after="", forms=[as_json])
@example(secret="000\U0002ebe1", before="", after="", forms=[as_repr])
@example(secret="%252525", before="", after="", forms=[as_percent])
@example(secret="&amp;amp;", before="", after="", forms=[html.escape])
@example(secret="+ +++", before="", after="", forms=[quote_plus])
@given(
    secret=st.text(st.characters(codec="utf-8"), min_size=4, max_size=20),
    before=texts,
    after=texts,
    forms=st.lists(st.sampled_from(FORMS), min_size=1, max_size=1)
    | st.tuples(st.sampled_from(FORMS), st.sampled_from(ESCAPES)).map(list),
)
def test_no_secret_survives_in_any_form(
    secret: str, before: str, after: str, forms: list[Callable[[str], str]]
) -> None:
    form = secret
    for each in forms:
        form = each(form)
    assume(form not in before + after)
    assume(form not in "[redacted]")

    left = Redactor([secret]).text(f"{before}|{form}|{after}")

    assert form not in left
    assert "[redacted]" in left


@settings(max_examples=25, deadline=None)
@given(secret=st.text(st.characters(codec="utf-8"), min_size=4, max_size=20), before=texts, after=texts)
def test_no_secret_survives_in_base64(secret: str, before: str, after: str) -> None:
    assume(secret not in before + after)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        coded = encode(f"{before}{secret}{after}".encode())
        assert coded not in Redactor([secret]).data(coded)


@settings(max_examples=20, deadline=None)
@given(st.binary(max_size=200), st.text(min_size=4, max_size=10))
def test_any_bytes_go_through(data: bytes, secret: str) -> None:
    cleaned = Redactor([secret]).data(data)
    assert cleaned == data or b"[redacted]" in cleaned


SECRET = "hunter-22"


def test_record_loses_secrets_in_every_string_but_its_identity() -> None:
    error = Error(type="AssertionError", message=f"saw {SECRET}", where=f"{SECRET}:1", traceback=f">  {SECRET}")
    inner = replace(a_step("inner", StepStatus.FAILED), error=error, url=f"https://x/?q={SECRET}")
    step = replace(
        a_step(f"Type {SECRET}", StepStatus.FAILED),
        console_errors=("fine", f"bad {SECRET}"),
        failed_requests=(FailedRequest(method="GET", url=f"https://x/{SECRET}", status=500),),
        steps=(inner,),
    )
    record = replace(
        a_record(a_key(target=f"site-{SECRET}"), Outcome.FAILED, steps=(step,)),
        title=f"Title {SECRET}",
        reasons=(Reason(code="assertion", sentence=f"It said {SECRET}."),),
        fixture_steps=(step,),
        error=error,
        artifacts=(Artifact(kind=ArtifactKind.REPORT, path=f"{SECRET}.html", size_bytes=3),),
        provenance=Provenance(file="ihub/test_run_flow.py", file_sha256="0", app_version=SECRET),
    )

    cleaned = Redactor([SECRET]).record(record)

    assert cleaned.target == f"site-{SECRET}"
    assert cleaned.to_json() == record.to_json().replace(SECRET, "[redacted]").replace(
        "site-[redacted]", f"site-{SECRET}"
    )


def test_record_without_secrets_is_equal() -> None:
    record = a_record(outcome=Outcome.FAILED, steps=(a_step(),))
    assert Redactor([SECRET]).record(record) == record


def test_record_keeps_the_words_of_this_program() -> None:
    """A password of ``failed`` or ``ihub.run_flow`` must not make a record that says nothing."""
    record = a_record(outcome=Outcome.FAILED)
    cleaned = Redactor(["failed", "unknown", "browser", "schedule", "ihub.run_flow", "local"]).record(record)
    assert cleaned == record


# What is learned while runs are made.

TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJyb2JvdCJ9.x-Q_3f+/=="


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("secret", [TOKEN, AWKWARD, "\u00f6\u00e4\u00fc-\u00e9\u00e8\u00ea"])
def test_text_loses_a_learned_secret_in_each_form(secret: str, form: Callable[[str], str]) -> None:
    redactor = Redactor(["hunter-22"])
    redactor.learn([secret])
    assert redactor.text(f"{form(secret)} and hunter-22") == "[redacted] and [redacted]"


@given(
    secret=st.text(min_size=4, max_size=24),
    before=st.binary(max_size=5),
    form=st.sampled_from([*FORMS, lambda text: base64.b64encode(f"x{text}".encode("utf-8", "surrogatepass")).decode()]),
)
@settings(deadline=None, max_examples=30)  # two patterns are made for each
def test_learned_secret_is_found_wherever_one_known_from_the_start_is(
    secret: str, before: bytes, form: Callable[[str], str]
) -> None:
    assume(not any("\ud800" <= each <= "\udfff" for each in secret))
    data = before + form(secret).encode() + before
    late = Redactor([])
    late.learn([secret])
    assert late.data(data) == Redactor([secret]).data(data)


def test_learned_secret_that_begins_with_another_goes_as_a_whole() -> None:
    redactor = Redactor([])
    redactor.learn(["token-one"])
    redactor.learn(["token-one-and-more"])
    assert redactor.text("token-one-and-more token-one") == "[redacted] [redacted]"


def test_redactor_forgets_those_that_were_learned_longest_ago_and_no_short_one_is_learned() -> None:
    redactor = Redactor(["from-the-start"])
    redactor.learn(["abc", *(f"token-{number:05}" for number in range(MOST_LEARNED))])
    redactor.learn(["token-00000", "token-the-newest"])
    text = "abc from-the-start token-00000 token-00001 token-00002 token-the-newest"
    assert redactor.text(text) == "abc [redacted] [redacted] token-00001 [redacted] [redacted]"


def test_redactor_learns_in_one_thread_while_others_use_it() -> None:
    redactor = Redactor([])
    done = threading.Event()
    failures: list[BaseException] = []

    def use() -> None:
        try:
            while not done.is_set():
                redactor.text("token-00007 and more")
        except BaseException as error:  # noqa: BLE001  told below
            failures.append(error)

    users = [threading.Thread(target=use) for _ in range(3)]
    for each in users:
        each.start()
    for number in range(300):
        redactor.learn([f"token-{number:05}"])
    done.set()
    for each in users:
        each.join(10)
    assert failures == []
