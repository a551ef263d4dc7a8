"""The names of what rules record, in one place: sloth's where its users know one, our own elsewhere."""

from collections.abc import Mapping

from synthetics.metric_names import ATTESTATION_EXPIRY_TIMESTAMP_SECONDS
from synthetics.slo.rules.model import selector, window
from synthetics.slo.rules.watched import Watched

#: Runs counted since ever, by what counts; it goes on where the runner is gone for a while.
LEVEL = "synthetics:runs:total"
#: What was counted since the last whole hour that is known, at whole hours one hour's runs.
HOURLY = "synthetics:runs:sum1h"
#: All due times that were settled when the last run was that could be judged.
AT_LAST_JUDGED = "synthetics:expected_runs:at_last_judged"
#: 1 where runs were due of late and none passed.
FAILING = "synthetics:failing:bool"

CURRENT_BURN_RATE = "slo:current_burn_rate:ratio"
PERIOD_BURN_RATE = "slo:period_burn_rate:ratio"
BUDGET_REMAINING = "slo:period_error_budget_remaining:ratio"
ERROR_BUDGET = "slo:error_budget:ratio"
OBJECTIVE = "slo:objective:ratio"
TIME_PERIOD = "slo:time_period:days"
INFO = "sloth_slo_info"

ATTESTATION_EXPIRY = ATTESTATION_EXPIRY_TIMESTAMP_SECONDS.name

READINGS = ("raw", "attributed")

#: What counts of ``synthetic_runs_total``, and of ``synthetic_flaky_runs_total``, as matchers.
COUNTS_OF_RUNS: Mapping[str, str] = {
    "expected": "",
    "judged_raw": ', outcome=~"passed|failed"',
    "judged_attributed": ', outcome=~"passed|failed", fault=~"none|app|unknown"',
    "bad_raw": ', outcome="failed"',
    "bad_attributed": ', outcome="failed", fault=~"app|unknown"',
}
COUNTS_OF_FLAKY_RUNS: Mapping[str, str] = {
    "flaky_raw": "",
    "flaky_attributed": ', fault=~"app|unknown"',
}
#: Attributed failures less the flaky ones: what pages.
BAD_PAGING = "bad_paging"


def error_ratio(window_s: int) -> str:
    """The share of bad runs in a window, as sloth calls it."""
    return f"slo:sli_error:ratio_rate{window(window_s)}"


def coverage(window_s: int) -> str:
    """The share of due times in a window whose run could be judged."""
    return f"synthetics:coverage:ratio{window(window_s)}"


def increase(window_s: int) -> str:
    """Runs in a window, by what counts."""
    return f"synthetics:runs:increase{window(window_s)}"


def counted(watched: Watched, window_s: int, count: str) -> str:
    """The runs of one placement in a window that count as something, as a selector."""
    return increase(window_s) + selector({**watched.labels, "count": count})


def level(watched: Watched, count: str) -> str:
    """The runs of one placement since ever that count as something, as a selector."""
    return LEVEL + selector({**watched.labels, "count": count})


def sloth_labels(watched: Watched, reading: str) -> dict[str, str]:
    """The labels by which sloth's users find an objective; each of the two readings is one."""
    slo = f"{watched.journey}-{watched.target}-{watched.location}-{reading}"
    return {"sloth_id": f"{watched.app}-{slo}", "sloth_service": watched.app, "sloth_slo": slo}
