"""Sizes of disk space as people write them: a number and a unit, such as ``500MB``, ``5GB`` or ``1.5GiB``."""

import re
from decimal import Decimal

#: What a message shows to somebody who has to write one.
EXAMPLES = '"500MB", "5GB" or "1.5TB"'

_UNITS = {
    "B": 1,
    **{f"{prefix}B": 1000**power for power, prefix in enumerate("kMGT", start=1)},
    **{f"{prefix}iB": 1024**power for power, prefix in enumerate("KMGT", start=1)},
}
_BY_UNIT = {name.upper(): size_bytes for name, size_bytes in _UNITS.items()}
_SHAPE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?) ?([A-Z]+)", re.ASCII | re.IGNORECASE)
_LARGEST_BYTES = 1000**5


def parse_size(text: str) -> int:
    """Read a size.

    Args:
        text: A number and a unit: ``B``, ``kB``, ``MB``, ``GB``, ``TB`` of a thousand each, or ``KiB``, ``MiB``,
            ``GiB``, ``TiB`` of 1024 each; capitals do not matter.

    Returns:
        The size in bytes: one or more, at most 1000 TB; what is finer than a byte is left out.

    Raises:
        ValueError: With one sentence, where the text is no such size.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None or shape[2].upper() not in _BY_UNIT:
        raise ValueError(f'"{text}" is not a size')
    size_bytes = int(Decimal(shape[1]) * _BY_UNIT[shape[2].upper()])
    if size_bytes < 1:
        raise ValueError(f'"{text}" is no room at all, and a size is one byte or more')
    if size_bytes > _LARGEST_BYTES:
        raise ValueError(f'"{text}" is more than 1000 TB')
    return size_bytes
