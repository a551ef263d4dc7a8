"""``explain``: how a run was judged, by which evidence, and what was said of it later."""

from dataclasses import replace
from pathlib import Path

import pytest

from synthetics.evidence import FrameSeen, OriginTraffic, Owner
from synthetics.execute.recording import make_record
from synthetics.judge import RULES, judge
from synthetics.ledger.store import open_ledger
from synthetics.ledger.verdicts import Verdict
from synthetics.record import Fault, Outcome, Reason, RunKey, RunRecord, Trigger
from tests.builders import a_journey
from tests.command_line import Ended, call_command, write_config
from tests.judge.building import (
    JIRA,
    NOW,
    ON_FORGE,
    around,
    but,
    control,
    document,
    exception,
    frame,
    machine,
    passing,
    red,
    request,
    stopping,
)
from tests.judge.cases.shorthand import OPENING, SITE

SEEN = stopping(
    OPENING,
    requests=(document(SITE, 503), *(request(Owner.OTHER, failure="net::ERR_FAILED") for _ in range(12))),
    frames=(frame(ready_ms=None), FrameSeen(url="about:blank", origin="", owner=Owner.OTHER, attached_ms=3)),
    messages=(exception("TypeError: x\nand more"),),
    origins=(
        OriginTraffic(
            owner=SITE, origin="https://acme.example", requests=3, answered=1, refused=2, statuses=((200, 1), (503, 2))
        ),
    ),
    surroundings=around(
        but(red(JIRA)),
        statuspage="major",
        others_failing=0.75,
        errored_in_row=2,
        machine_start=machine(),
        machine_end=machine(clock_offset_ms=-95_000),
    ),
)
KEY = RunKey(journey="ihub.run_flow", target="standin", location="local", trigger=Trigger.SCHEDULE, slot_ms=NOW)
JUDGED = make_record(KEY, a_journey(), SEEN, judge(SEEN), started_ms=NOW, lateness_ms=0, provenance=None)
LATER = Verdict(
    run_id=JUDGED.run_id,
    at_ms=NOW + 9 * 60_000,
    outcome=Outcome.FAILED,
    fault=Fault.NETWORK,
    author="Ada",
    reasons=(Reason(code="reviewed", sentence="The router was changed."), Reason(code="more", sentence="And more.")),
)


def explained(tmp_path: Path, record: RunRecord, *options: str, later: tuple[Verdict, ...] = ()) -> Ended:
    ledger = open_ledger(tmp_path / "var")
    ledger.write(record)
    for each in later:
        ledger.append_verdict(each)
    ledger.close()
    return call_command("explain", record.run_id, *options, "--config", write_config(tmp_path))


def squeezed(text: str) -> str:
    """Text without the ends of its lines, wherever 80 columns put them."""
    return " ".join(text.split())


def test_explain_tells_the_rules_that_spoke_in_their_order_and_marks_the_one_that_decided(tmp_path: Path) -> None:
    ended = explained(tmp_path, JUDGED)
    assert ended.code == 0
    assert max(map(len, ended.out.splitlines())) <= 80
    told = [line.strip() for line in ended.out.splitlines()]
    decided, *others = [line for line in told if line.startswith(("▶ ", "· ")) and "failed/" in line]
    assert decided == "▶ product_control  failed/host  decided"
    assert others == ["· not_understood  failed/unknown"]
    assert "It saw: A control without the app failed: host_jira (run run-host_jira)" in squeezed(ended.out)
    assert "A fresh control that walks the host's own pages" in squeezed(ended.out)
    assert f"{len(RULES) - 2} more had nothing to say; --rules tells them." in ended.out


def test_explain_tells_all_rules_where_it_is_asked_for_them(tmp_path: Path) -> None:
    ended = explained(tmp_path, JUDGED, "--rules")
    at = [ended.out.index(f"{each.name}{':' if each.name not in _SPOKE else '  '}") for each in RULES]
    assert at == sorted(at)
    assert max(map(len, ended.out.splitlines())) <= 80
    assert "--rules" not in ended.out


_SPOKE = {"product_control", "not_understood"}


def test_explain_tells_the_evidence_in_short(tmp_path: Path) -> None:
    said = squeezed(explained(tmp_path, JUDGED).out)
    for told in (
        "host_jira failed/host: ended 30.0 s after this run started, run run-host_jira",
        "status page major",
        "others 75% of other apps' journeys failed in the same interval",
        "before 2 slots in a row were errored",
        "at start memory 2.0 GiB of 4.0 GiB free, load 0.5 on 2 cores, disk 10.0 GiB free, clock as the site's",
        "clock 1 min 35 s behind the site's",
        "origin site https://acme.example: 1 answered, 2 refused (2 x 503)",
        "request site GET /browse/A-1 (document): 503 after 100 ms",
        "other GET /main (fetch): net::ERR_FAILED after 100 ms",
        "and 5 more; --json tells them",
        "app frame https://f00d.frames.example: attached 1.0 s, connected 1.2 s, ready never",
        "message TypeError: x run",
    ):
        assert told in said


def test_explain_tells_the_last_verdict_and_the_history_before_it(tmp_path: Path) -> None:
    ended = explained(tmp_path, JUDGED, later=(LATER,))
    said = squeezed(ended.out)
    assert "✗ failed/network Failed at step “Look”: a fault of the network. The router was changed. (reviewed)" in said
    history = [
        said.index(part) for part in ("failed/host by judge", "failed/network by Ada", "Rules when it was first")
    ]
    assert history == sorted(history)
    assert "2027-01-15 08:09:00 UTC failed/network by Ada The router was changed. (reviewed)" in said


def test_explain_tells_of_each_verdict_what_the_one_before_did_not_say(tmp_path: Path) -> None:
    page = Reason(code="status_page", sentence="The page says critical.")
    ended = explained(
        tmp_path, JUDGED, later=(replace(LATER, author="judge", fault=JUDGED.fault, reasons=(*JUDGED.reasons, page)),)
    )
    assert "failed/host by judge The page says critical. (status_page)" in squeezed(ended.out)


def test_explain_gives_all_of_it_as_json(tmp_path: Path) -> None:
    told = explained(tmp_path, JUDGED, "--json", later=(LATER,)).json
    assert JUDGED.to_dict().items() <= told.items(), "the record as it was judged first"
    assert [(each["fault"], each["author"]) for each in told["verdicts"]] == [("host", "judge"), ("network", "Ada")]
    assert [each["name"] for each in told["rules"]] == [each.name for each in RULES]
    (decided,) = [each for each in told["rules"] if each["decided"]]
    assert (decided["name"], decided["said"]["fault"]) == ("product_control", "host")
    assert decided["said"]["reasons"][0]["code"] == "host_control"
    assert decided["saw"] == decided["said"]["reasons"][0]["sentence"]


@pytest.mark.parametrize(
    ("record", "is_told"),
    [
        pytest.param(replace(JUDGED, evidence=None), True, id="a run of which too little was kept"),
        pytest.param(
            make_record(KEY, a_journey(), passing(), judge(passing()), started_ms=NOW, lateness_ms=0, provenance=None),
            False,
            id="a run that passed",
        ),
        pytest.param(
            replace(JUDGED, outcome=Outcome.MISSED, fault=Fault.MONITOR, started_ms=None, evidence=None),
            False,
            id="a run that was not made",
        ),
    ],
)
def test_explain_asks_no_rules_where_the_record_tells_too_little(
    tmp_path: Path,
    record: RunRecord,
    is_told: bool,  # noqa: FBT001  a table
) -> None:
    ended = explained(tmp_path, record)
    assert ended.code == 0
    assert ("keeps too little to ask the rules" in ended.out) is is_told
    assert "Rules" not in ended.out
    assert "Evidence" not in ended.out


def test_explain_names_controls_the_nearest_first(tmp_path: Path) -> None:
    seen = stopping(OPENING, surroundings=around((control(ON_FORGE, after_ms=60_000), control(JIRA, after_ms=-15_000))))
    record = make_record(KEY, a_journey(), seen, judge(seen), started_ms=NOW, lateness_ms=0, provenance=None)
    said = squeezed(explained(tmp_path, record).out)
    assert said.index("host_jira passed/none: ended 5.0 s before this run started") < said.index(
        "host_forge passed/none: ended 1 min 10 s after this run started"
    )
