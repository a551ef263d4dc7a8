"""The table of cases: what was seen, and what must be said of it. Grouped by who is at fault."""

from tests.judge.cases.app import APP_CASES
from tests.judge.cases.case import Case
from tests.judge.cases.host import HOST_CASES
from tests.judge.cases.outages import OUTAGES
from tests.judge.cases.passing_and_ours import MONITOR_CASES, PASSED_CASES
from tests.judge.cases.session_and_network import NETWORK_CASES, SESSION_CASES
from tests.judge.cases.unknown import UNKNOWN_CASES

__all__ = ["CASES", "Case"]

CASES = (
    *PASSED_CASES,
    *MONITOR_CASES,
    *SESSION_CASES,
    *NETWORK_CASES,
    *HOST_CASES,
    *APP_CASES,
    *UNKNOWN_CASES,
    *OUTAGES,
)
