"""JUnit's XML, read back as a CI reads it."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from synthetics.export.junit import junit_xml
from synthetics.record import Error, Outcome, Reason, RunRecord
from tests.export.builders import SLOT_MS, a_failed_run, a_run


def read(*records: RunRecord) -> ET.Element:
    return ET.fromstring(junit_xml(records))  # noqa: S314  what is read is what was just written


def the_case(record: RunRecord) -> ET.Element:
    case = read(record).find("./testsuite/testcase")
    assert case is not None
    return case


def the(element: ET.Element, path: str) -> ET.Element:
    found = element.find(path)
    assert found is not None
    return found


ALL = (
    a_run(),
    a_failed_run(journey="ihub.create_flow"),
    a_run(Outcome.ERRORED, journey="ihub.admin_page"),
    a_run(Outcome.MISSED, journey="host_jira.plain_issue"),
)


def test_junit_has_a_suite_for_each_app_with_its_counts() -> None:
    root = read(*ALL)
    assert (root.tag, root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == (
        "testsuites",
        *("4", "1", "1", "1"),
    )
    counts = [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root]
    assert counts == [("ihub", "3", "1"), ("host_jira", "1", "0")]
    assert root[0].get("time") == "14.460"
    assert root[0].get("timestamp") == "2026-03-01T12:00:00.250"
    assert root[1].get("timestamp") is None


def test_junit_case_of_a_pass_has_its_time_and_no_verdict() -> None:
    case = the_case(a_run())
    assert (case.get("classname"), case.get("name"), case.get("time")) == ("ihub", "run_flow", "3.210")
    assert {child.tag for child in case} == {"properties", "system-out"}


def test_junit_case_of_a_failure_tells_the_step_the_reason_and_the_way_to_it() -> None:
    failure = the(the_case(a_failed_run()), "failure")
    assert failure.get("message") == "Failed at step “Create a flow” → “Press Save”: fault unknown."
    assert failure.get("type") == "playwright.sync_api.TimeoutError"
    assert failure.text is not None
    assert failure.text.startswith("journey_failed: The run failed at step “Press Save”")
    assert "in test_run_flow" in failure.text


def test_junit_case_of_an_errored_run_is_an_error_and_of_a_missed_one_a_skip() -> None:
    assert the(the_case(a_run(Outcome.ERRORED)), "error").get("type") == "monitor"
    missed = the_case(a_run(Outcome.MISSED, reasons=(Reason(code="overlap", sentence="The one before ran."),)))
    assert the(missed, "skipped").text == "overlap: The one before ran."
    assert missed.get("time") is None


def test_junit_case_says_which_run_it_was() -> None:
    record = a_failed_run()
    told = {each.get("name"): each.get("value") for each in the_case(record).iter("property")}
    assert told == {
        "run_id": record.run_id,
        "target": "standin",
        "location": "local",
        "trigger": "schedule",
        "attempt": "1",
        "outcome": "failed",
        "fault": "unknown",
    }


def test_junit_case_tells_its_steps() -> None:
    lines = (the(the_case(a_failed_run()), "system-out").text or "").splitlines()
    assert "- Sign in (fixture): passed in 700 ms" in lines
    assert "  - Fill the form: passed in 280 ms" in lines
    assert "- See the comment on the issue: skipped" in lines
    assert any(line.startswith("  - Press Save: failed in 5.0 s: playwright.sync_api.TimeoutError: ") for line in lines)


def test_junit_names_runs_of_one_journey_apart() -> None:
    root = read(a_run(), a_run(target="demo"), a_run(journey="ihub.create_flow"))
    names = [case.get("name") for case in root.iter("testcase")]
    assert names == ["run_flow [standin]", "run_flow [demo]", "create_flow"]


def test_junit_tells_a_failure_that_passed_when_repeated_as_flaky_and_as_no_failure() -> None:
    root = read(a_failed_run(slot_ms=SLOT_MS), a_run(slot_ms=SLOT_MS, attempt=2))
    (case,) = root.iter("testcase")
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
    assert case.find("flakyFailure") is not None
    assert case.find("failure") is None


def test_junit_tells_a_confirmed_failure_once() -> None:
    root = read(a_failed_run(slot_ms=SLOT_MS), a_failed_run(slot_ms=SLOT_MS, attempt=2))
    assert (root.get("tests"), root.get("failures")) == ("1", "1")


def test_junit_of_no_run_is_a_document_too() -> None:
    root = read()
    assert (root.tag, root.get("tests"), len(root)) == ("testsuites", "0", 0)


@given(st.text(st.characters(codec=None)))
def test_junit_is_well_formed_whatever_an_error_says(message: str) -> None:
    error = Error(type=f"E{message}", message=message, traceback=message)
    record = a_run(Outcome.FAILED, slot_ms=SLOT_MS, title=message, error=error)
    assert the_case(record).find("failure") is not None
