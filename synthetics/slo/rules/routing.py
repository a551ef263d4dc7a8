"""Whom an alert goes to: an app's fault to the app's owner, everything else to those who run the monitor."""

from synthetics.slo.rules.tiers import Severity
from synthetics.slo.rules.watched import MONITOR_OWNER, Watched


def to_app(watched: Watched, severity: Severity) -> dict[str, str]:
    """Labels of an alert on what is the app's fault, or nobody's that is known.

    Args:
        watched: Whose owner gets it.
        severity: How it is told.
    """
    return {"severity": severity, "route": "app", "owner": watched.owner, "fault": "app"}


def to_monitor(severity: Severity, fault: str = "monitor") -> dict[str, str]:
    """Labels of an alert on the monitor itself, or on what surrounds it.

    Args:
        severity: How it is told.
        fault: ``monitor``, or ``surroundings`` for failures by the host, a session or the network.
    """
    return {"severity": severity, "route": "monitor", "owner": MONITOR_OWNER, "fault": fault}
