"""Taking secrets out of text, bytes and records, in every form in which they may have got there."""

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

from synthetics.artifacts.forms import pattern_of
from synthetics.record import RunRecord

PLACEHOLDER = "[redacted]"

#: Shorter ones are left alone: they would tear holes into everything, and protect nothing.
SHORTEST = 4

#: What names a run comes from the configuration; changing it would make another run of it.
_IDENTITY = frozenset({"run_id", "app", "journey", "target", "location"})


class Redactor:
    """Knows secrets, and puts ``[redacted]`` in their place.

    They are found plain, URL-quoted, escaped for JSON or HTML, and inside base64.

    Args:
        secrets: What must never be written anywhere; those shorter than four characters are left alone.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: where one secret begins with another, the whole of it goes.
        known = sorted({each for each in secrets if len(each) >= SHORTEST}, key=lambda each: (-len(each), each))
        self._pattern = re.compile(b"|".join(map(pattern_of, known))) if known else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        """The bytes, of text in UTF-8 or ASCII, without secrets."""
        return data if self._pattern is None else self._pattern.sub(PLACEHOLDER.encode(), data)

    def record(self, record: RunRecord) -> RunRecord:
        """A record like the given one without secrets in any of its strings; what identifies it stays as it is."""
        names = (field.name for field in fields(record) if field.name not in _IDENTITY)
        return replace(record, **{name: self._clean(getattr(record, name)) for name in names})

    def _clean(self, value: Any) -> Any:
        if isinstance(value, Enum):  # these are strings too, and this program's own
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._clean(each) for each in value)
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: self._clean(getattr(value, field.name)) for field in fields(value)})
        return value
