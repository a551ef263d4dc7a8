"""The log's line for one run: ``key=value`` words that people and machines read alike (logfmt)."""

import json
import re

from synthetics.export.words import failed_path, iso_instant
from synthetics.record import RunRecord

_PLAIN = re.compile(r"""[^\s"=\\\x00-\x1f\x7f-\x9f]+""")


def run_line(record: RunRecord) -> str:
    """One run as one line, without its line feed; what is not known is left out.

    Args:
        record: The run.
    """
    when = None if record.started_ms is None else iso_instant(record.started_ms)
    words: tuple[tuple[str, object | None], ...] = (
        ("event", "run"),
        ("journey", record.journey),
        ("outcome", record.outcome),
        ("fault", record.fault),
        ("duration_ms", record.duration_ms),
        ("failed_step", " → ".join(step.title for step in failed_path(record)) or None),
        ("reason", record.reasons[0].code if record.reasons else None),
        ("why", record.reasons[0].sentence if record.reasons else None),
        ("target", record.target),
        ("location", record.location),
        ("trigger", record.trigger),
        ("slot", iso_instant(record.slot_ms)),
        ("attempt", record.attempt),
        ("started", when),
        ("lateness_ms", record.lateness_ms),
        ("run_id", record.run_id),
    )
    return " ".join(f"{key}={_quoted(str(value))}" for key, value in words if value is not None)


def _quoted(value: str) -> str:
    """The value as it is where it is one plain word, else in double quotes with JSON's escapes: never two lines."""
    if _PLAIN.fullmatch(value):
        return value
    escaped = json.dumps(value, ensure_ascii=False)
    # JSON lets these stand, but some readers break a line or a terminal on them.
    return re.sub(r"[\x7f-\x9f\u2028\u2029]", lambda match: f"\\u{ord(match[0]):04x}", escaped)
