"""Taking secrets out of text, bytes and records, in every form in which they may have got there."""

import re
import threading
from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from functools import cached_property
from typing import Any

from synthetics.artifacts.forms import needles_of, pattern_of
from synthetics.record import RunRecord

PLACEHOLDER = "[redacted]"

#: Shorter ones are left alone: they would tear holes into everything, and protect nothing.
SHORTEST = 4

#: How many that were learned are looked for: those of the latest sessions, which runs under way may still have.
MOST_LEARNED = 200

#: What names a run comes from the configuration; changing it would make another run of it.
_IDENTITY = frozenset({"run_id", "app", "journey", "target", "location"})


class _Learned:
    """A secret that came up while runs were made: looked for quickly, since it is hardly ever there.

    Args:
        secret: Not empty.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._needles = needles_of(secret)

    def taken_out_of(self, data: bytes) -> bytes:
        """The bytes without it."""
        if not any(needle in data for needle in self._needles):
            return data
        return self._pattern.sub(PLACEHOLDER.encode(), data)

    @cached_property
    def _pattern(self) -> re.Pattern[bytes]:
        return re.compile(pattern_of(self._secret))


class Redactor:
    """Knows secrets, and puts ``[redacted]`` in their place; for several threads at once.

    They are found plain, URL-quoted, escaped for JSON or HTML, and inside base64.

    Args:
        secrets: What must never be written anywhere; those shorter than four characters are left alone.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: where one secret begins with another, the whole of it goes.
        known = sorted({each for each in secrets if len(each) >= SHORTEST}, key=lambda each: (-len(each), each))
        self._pattern = re.compile(b"|".join(map(pattern_of, known))) if known else None
        self._lock = threading.Lock()
        self._learned: dict[str, _Learned] = {}
        self._longest_first: tuple[_Learned, ...] = ()

    def learn(self, secrets: Iterable[str]) -> None:
        """Know more secrets from now on, such as a session's; of very many the latest.

        Args:
            secrets: What must never be written either; short ones are left alone as above.
        """
        with self._lock:
            for each in secrets:
                if len(each) >= SHORTEST:
                    known = self._learned.pop(each) if each in self._learned else _Learned(each)
                    self._learned[each] = known  # as the latest
            while len(self._learned) > MOST_LEARNED:
                del self._learned[next(iter(self._learned))]
            self._longest_first = tuple(self._learned[each] for each in sorted(self._learned, key=len, reverse=True))

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self.data(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")

    def data(self, data: bytes) -> bytes:
        """The bytes, of text in UTF-8 or ASCII, without secrets."""
        for each in self._longest_first:
            data = each.taken_out_of(data)
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
