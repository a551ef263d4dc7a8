"""Orphans are this process's to reap while a test of this room runs, and nobody's business here afterwards."""

import ctypes
import sys
from collections.abc import Iterator

import pytest

from synthetics.execute.processes import adopt_orphans

_PR_SET_CHILD_SUBREAPER = 36


@pytest.fixture(autouse=True)
def orphans_are_ours() -> Iterator[None]:
    adopt_orphans()
    yield
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0)
