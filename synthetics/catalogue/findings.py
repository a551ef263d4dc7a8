"""What the readers of a journey's file find wrong in it, before it is known how the file is called."""

import ast
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing wrong in a file.

    Args:
        line: Where, from 1; 0 for the file as a whole.
        what: One sentence without a full stop: what is wrong, with the value.
        mend: One sentence: how to mend it.
    """

    line: int
    what: str
    mend: str


def dotted(node: ast.expr) -> str:
    """Write a name with dots as it stands in the source, such as ``pytest.mark.journey``; empty for anything else."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=inner, attr=name):
            before = dotted(inner)
            return f"{before}.{name}" if before else ""
        case _:
            return ""
