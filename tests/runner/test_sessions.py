"""Sessions: one sign-in for many runs, forgotten once the site ends it, and nothing of it anywhere on the disk."""

import io
import json
import logging
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from synthetics.bootstrap import Workshop, open_workshop, read_suite
from synthetics.config.models import Account, Target
from synthetics.evidence import (
    Evidence,
    NavigationSeen,
    Owner,
    Phase,
    PhaseEvidence,
    PhaseOutcome,
    SessionMade,
    StoppedIn,
)
from synthetics.ledger.store import Ledger
from synthetics.record import Error, RunRecord, Trigger
from synthetics.runner.sessions import Sessions, cookies_of, secrets_of
from tests.command_line import write_config
from tests.runner.stories import FAILED, PASSED, PLACEMENT, SLOT_MS, HeldExecutor, a_story

TARGET = Target(name="dfr", site="https://site.example", account=Account(email="robot@example.com"))
AT_SIGN_IN = Evidence(
    navigations=(NavigationSeen(url="https://id.atlassian.com/login", owner=Owner.SIGN_IN, at_ms=400),)
)
SIGNED_IN = "Sign in"
WENT_ON = "Open the site with the session kept"


def a_state(token: str, *, name: str = "session", is_hidden: bool = True) -> str:
    cookie = {"name": name, "value": token, "domain": "site.example", "path": "/", "httpOnly": is_hidden, "expires": -1}
    return json.dumps({"cookies": [cookie], "origins": []})


def made(token: str, *, is_shared: bool = True) -> SessionMade:
    return SessionMade(monotonic_ms=1, storage_state=a_state(token), is_shared=is_shared)


def kept(sessions: Sessions, target: Target = TARGET) -> str | None:
    session = sessions.of(target)
    return None if session is None else session.get_secret_value()


# What is kept, and for whom.


def test_sessions_keep_the_newest_that_a_run_told_of() -> None:
    sessions = Sessions()
    assert sessions.of(TARGET) is None
    sessions.learn(TARGET, None, (made("the-first-one"), made("the-renewed-one")), PASSED)
    assert kept(sessions) == a_state("the-renewed-one")
    sessions.learn(TARGET, sessions.of(TARGET), (), FAILED)
    assert kept(sessions) == a_state("the-renewed-one")


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(TARGET.model_copy(update={"name": "production"}), id="another target"),
        pytest.param(
            TARGET.model_copy(update={"site": "http://127.0.0.1:8001"}), id="a stand-in that was started anew"
        ),
        pytest.param(TARGET.model_copy(update={"account": Account(email="b@example.com")}), id="another account"),
        pytest.param(TARGET.model_copy(update={"keep_session": False}), id="a target that keeps none"),
    ],
)
def test_sessions_are_given_to_nobody_else(other: Target) -> None:
    sessions = Sessions()
    sessions.learn(TARGET, None, (made("the-first-one"),), PASSED)
    assert sessions.of(other) is None


def test_sessions_keep_none_where_none_is_to_be_kept() -> None:
    sessions = Sessions()
    none = TARGET.model_copy(update={"keep_session": False})
    sessions.learn(none, None, (made("the-first-one"),), PASSED)
    sessions.learn(TARGET, None, (made("of-a-run-by-itself", is_shared=False),), PASSED)
    sessions.learn(TARGET, None, (SessionMade(monotonic_ms=1, storage_state="no JSON"),), PASSED)
    assert (sessions.secrets(), sessions.of(TARGET)) == ((), None)


def test_sessions_forget_one_whose_run_ended_at_the_sign_in_page() -> None:
    sessions = Sessions()
    sessions.learn(TARGET, None, (made("the-first-one"),), PASSED)
    sessions.learn(TARGET, sessions.of(TARGET), (), AT_SIGN_IN)
    assert sessions.of(TARGET) is None
    sessions.learn(TARGET, None, (made("the-second-one"),), AT_SIGN_IN)
    assert sessions.of(TARGET) is None


def test_sessions_do_not_forget_a_newer_one_for_the_trouble_of_an_old_one() -> None:
    sessions = Sessions()
    sessions.learn(TARGET, None, (made("the-first-one"),), PASSED)
    old = sessions.of(TARGET)
    sessions.learn(TARGET, None, (made("the-second-one"),), PASSED)
    sessions.learn(TARGET, old, (), AT_SIGN_IN)
    sessions.forget(old)
    assert kept(sessions) == a_state("the-second-one")


# What of it is secret.


@pytest.mark.parametrize(
    ("state", "secrets"),
    [
        pytest.param(a_state("12345678"), ("12345678",), id="hidden from scripts, and long enough for a token"),
        pytest.param(a_state("en-US"), (), id="a setting, though hidden"),
        pytest.param(a_state("Etc/UTC-12345", is_hidden=False), (), id="short, and for scripts to read"),
        pytest.param(
            a_state("0123456789abcdef", is_hidden=False), ("0123456789abcdef",), id="long, for scripts to read"
        ),
        pytest.param("[" * 100_000, (), id="JSON without an end"),
        pytest.param('{"cookies": [1, {"name": "x"}]}', (), id="no cookies"),
        pytest.param('{"cookies": 3}', (), id="a number"),
        pytest.param(a_state("x" * 1_000_001), (), id="more than any session"),
    ],
)
def test_secrets_of_a_session_are_its_tokens_and_not_its_settings(state: str, secrets: tuple[str, ...]) -> None:
    assert secrets_of(state) == secrets


def test_session_shows_in_no_text_of_the_event_that_tells_it() -> None:
    assert "the-first-one" not in repr(made("the-first-one"))


# In the story of a slot.


def run_story(story_of: HeldExecutor, tmp_path: Path, ledger: Ledger, sessions: Sessions) -> RunRecord:
    story = replace(a_story(tmp_path, ledger, story_of, []), sessions=sessions)
    (record,) = story.run(PLACEMENT, SLOT_MS, Trigger.SCHEDULE, threading.Event())
    return record


def test_story_redacts_what_a_run_tells_of_its_session(tmp_path: Path, ledger: Ledger) -> None:
    token = "t0ken-that-nobody-knew-before"
    step = replace(PASSED.steps[0], url=f"https://site.example/{token}")
    executor = HeldExecutor(replace(PASSED, steps=(step,)), sessions=(made(token, is_shared=False),))
    record = run_story(executor, tmp_path, ledger, Sessions())
    assert record.steps[0].url == "https://site.example/[redacted]"


def test_story_gives_the_session_to_the_run_and_redacts_it_though_its_redactor_is_a_new_one(
    tmp_path: Path, ledger: Ledger
) -> None:
    token = "t0ken-of-the-run-before"
    sessions = Sessions()
    executor = HeldExecutor(replace(PASSED, host_build=token))
    target = a_story(tmp_path, ledger, executor, []).sites.target("standin")
    sessions.learn(target, None, (made(token),), PASSED)
    record = run_story(executor, tmp_path, ledger, sessions)
    assert executor.orders[0].assignment.session == SecretStr(a_state(token))
    assert token not in json.dumps(record.to_json(), default=str)
    assert token not in repr(executor.orders)


@pytest.mark.parametrize(
    ("stopped_in", "is_kept"),
    [
        pytest.param(StoppedIn.CONSENT, False, id="a fault of the session, though nobody was sent to sign in"),
        pytest.param(StoppedIn.ASSERT, True, id="any other failure"),
    ],
)
def test_story_forgets_the_session_of_a_run_that_failed_of_it(
    tmp_path: Path,
    ledger: Ledger,
    stopped_in: StoppedIn,
    is_kept: bool,  # noqa: FBT001  a plain fact
) -> None:
    error = Error(type="AssertionError", message="not there", stopped_in=stopped_in)
    phases = (PhaseEvidence(phase=Phase.CALL, outcome=PhaseOutcome.FAILED, error=error),)
    executor = HeldExecutor(replace(FAILED, phases=phases), sessions=(made("a-session-of-this-run"),))
    sessions = Sessions()
    run_story(executor, tmp_path, ledger, sessions)
    assert (sessions.secrets() != ()) is is_kept


# Through the front door: the stand-in, a real browser, and a ledger on the disk.


class House:
    """A workshop on the embedded stand-in, whose sign-ins are counted and which can be made to fail.

    Args:
        workshop: The workshop.
        storage: Where all of it is written.
    """

    def __init__(self, workshop: Workshop, storage: Path) -> None:
        self.workshop = workshop
        self.storage = storage
        self.tokens: set[str] = set()
        self._faults = f"{workshop.embedded.get().announcement['control']}/_standin/faults"
        self.switch("wrong_password", after=100_000)  # it only counts

    @property
    def sign_ins(self) -> int:
        """How many passwords were sent so far."""
        told = httpx.get(self._faults).raise_for_status().json()["faults"]
        return next(int(each["seen"]) for each in told if each["name"] == "wrong_password")

    def switch(self, fault: str, **knobs: int) -> None:
        httpx.put(f"{self._faults}/{fault}", params=knobs).raise_for_status()

    def mend(self, fault: str) -> None:
        httpx.delete(f"{self._faults}/{fault}").raise_for_status()

    def run(self, journey: str = "host_jira.plain_issue") -> tuple[RunRecord, ...]:
        (placement,) = self.workshop.suite.catalogue.select([journey]).placements
        now_ms = self.workshop.timeline.now_ms()
        records = self.workshop.story.run(placement, now_ms, Trigger.MANUAL, threading.Event())
        self.tokens.update(self.workshop.story.sessions.secrets())
        return records

    def files_with_a_token(self) -> list[str]:
        """The files below the storage in which a token of a session stands; archives are looked into."""
        found = []
        for file in self.storage.rglob("*"):
            for name, data in _parts(file):
                found += [f"{file}:{name}" for token in self.tokens if token.encode() in data]
        return found


def _parts(file: Path) -> Iterator[tuple[str, bytes]]:
    if not file.is_file():
        return
    data = file.read_bytes()
    yield "", data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield from ((name, archive.read(name)) for name in archive.namelist())


WARM, ISOLATED = pytest.param(False, id="warm"), pytest.param(True, id="isolated")


@pytest.fixture
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    suite = read_suite(write_config(tmp_path)).select(["host_jira", "sign_in"])
    published: list[RunRecord] = []
    with open_workshop(suite, isolated=request.param, publish=published.append) as workshop:
        if not request.param:
            workshop.story.warm(suite.catalogue.select(["host_jira"]).placements)
        yield House(workshop, suite.configuration.storage)


def verdict(record: RunRecord) -> tuple[str, str]:
    return str(record.outcome), str(record.fault)


def titles(record: RunRecord) -> list[str]:
    """How the run came onto the site."""
    return [each.title for each in record.fixture_steps if each.title in {SIGNED_IN, WENT_ON}]


@pytest.mark.parametrize("house", [WARM], indirect=True)
def test_runs_share_one_sign_in_until_the_site_ends_the_session(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    (first,), (second,) = house.run(), house.run()
    assert [verdict(first), verdict(second)] == [("passed", "none")] * 2
    assert (titles(first), titles(second)) == ([SIGNED_IN], [WENT_ON])
    assert house.sign_ins == 1

    house.switch("session_expired")
    ended, again = house.run()
    assert (verdict(ended), ended.reasons[0].code) == (("failed", "session"), "signed_out")
    assert titles(ended) == [WENT_ON]
    assert (verdict(again), titles(again)) == (("passed", "none"), [SIGNED_IN])
    assert house.sign_ins == 2, "the run that was sent to sign in must not have done so by itself"

    assert len(house.tokens) >= 4, "two sessions, each of the site and of the sign-in service"
    assert [each for each in again.artifacts if each.kind == "trace"], "no trace, so nothing to be found in one"
    house.workshop.reports.write_index()
    assert house.files_with_a_token() == []
    said = caplog.text + "".join(capfd.readouterr())
    assert not [token for token in house.tokens if token in said]


@pytest.mark.parametrize("house", [ISOLATED], indirect=True)
def test_runs_share_a_sign_in_though_each_has_a_worker_and_a_browser_to_itself(house: House) -> None:
    (first,), (second,) = house.run(), house.run()
    assert [verdict(first), verdict(second)] == [("passed", "none")] * 2
    assert (titles(first), titles(second)) == ([SIGNED_IN], [WENT_ON])
    assert house.sign_ins == 1
    assert house.tokens
    assert house.files_with_a_token() == []


@pytest.mark.parametrize("house", [WARM], indirect=True)
def test_session_that_is_good_survives_all_that_may_happen_around_it(house: House) -> None:
    house.run()
    house.switch("signin_down")
    (beside_an_outage,) = house.run()
    house.mend("signin_down")
    house.switch("signin_flash")
    (flashed,) = house.run()
    house.mend("signin_flash")
    (by_itself,) = house.run("sign_in.fresh_sign_in")
    (after,) = house.run()
    assert {verdict(each) for each in (beside_an_outage, flashed, by_itself, after)} == {("passed", "none")}
    assert [titles(each) for each in (beside_an_outage, flashed, after)] == [[WENT_ON]] * 3
    assert titles(by_itself) == [SIGNED_IN], "a control that signs in must do so"
    assert house.sign_ins == 2


def test_cookies_of_a_session_are_those_that_it_holds() -> None:
    assert [each["value"] for each in cookies_of(a_state("token"))] == ["token"]
