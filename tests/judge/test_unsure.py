"""Which runs are judged only when their repetition has been seen."""

import pytest

from synthetics.evidence import Evidence, Owner, StoppedIn
from synthetics.judge import is_unsure
from synthetics.worker import KillReason
from tests.judge.building import document, invoke, killed, passing, request, stopping

FRAME = request(Owner.CDN, 503, in_app_frame=True)


@pytest.mark.parametrize(
    ("evidence", "is_so"),
    [
        pytest.param(passing(requests=(FRAME,)), False, id="a run that passed, though something was not served"),
        pytest.param(passing(browser_died="page"), True, id="the page's process died"),
        pytest.param(killed(KillReason.DEADLINE), True, id="the run hung"),
        pytest.param(killed(KillReason.STOPPED), False, id="somebody stopped it"),
        pytest.param(stopping(StoppedIn.APP_FRAME, requests=(FRAME,)), True, id="the app's frame was not served"),
        pytest.param(stopping(StoppedIn.ACTION, requests=(invoke(503),)), True, id="a call of its functions was not"),
        pytest.param(
            stopping(StoppedIn.APP_FRAME, requests=(FRAME, document(Owner.SITE, 503))), False, id="nor was the site"
        ),
        pytest.param(stopping(StoppedIn.ASSERT), False, id="the app showed something else"),
    ],
)
def test_run_waits_for_its_repetition_where_that_tells_more(evidence: Evidence, *, is_so: bool) -> None:
    assert is_unsure(evidence) is is_so
