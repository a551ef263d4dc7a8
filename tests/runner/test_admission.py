"""Whether the machine has room for a run: the decision in tables, and control groups as they lie on a disk."""

from pathlib import Path

import pytest

from synthetics.runner.admission import (
    NO_DISK,
    NO_MEMORY,
    UNBOUNDED,
    Need,
    Readings,
    Room,
    cgroup_memory_free,
    read,
    room,
)

NEED = Need(memory_free=256, disk_free=100)


@pytest.mark.parametrize(
    ("memory", "disk", "expected"),
    [
        pytest.param(256, 100, Room(starts=1, reason=NO_MEMORY), id="just enough for one"),
        pytest.param(255, 100, Room(starts=0, reason=NO_MEMORY), id="a byte of memory too little"),
        pytest.param(1_000, 100, Room(starts=3, reason=NO_MEMORY), id="memory for three at once"),
        pytest.param(1_000, 99, Room(starts=0, reason=NO_DISK), id="a byte of disk too little"),
        pytest.param(0, 0, Room(starts=0, reason=NO_DISK), id="neither"),
        pytest.param(None, 100, UNBOUNDED, id="what cannot be read keeps nothing from starting"),
        pytest.param(None, None, UNBOUNDED, id="nothing can be read"),
        pytest.param(300, None, Room(starts=1, reason=NO_MEMORY), id="the disk cannot be read"),
    ],
)
def test_room_is_what_memory_and_disk_leave(memory: int | None, disk: int | None, expected: Room) -> None:
    assert room(Readings(memory_free=memory, disk_free=disk), NEED) == expected


def a_group(folder: Path, *, limit: str, used: int, caches: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "memory.max").write_text(f"{limit}\n")
    (folder / "memory.current").write_text(f"{used}\n")
    (folder / "memory.stat").write_text(f"anon 5\ninactive_file {caches}\nactive_file 7\n")


def own(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "own"
    file.write_text(text)
    return file


def test_cgroups_leave_what_the_tightest_of_them_leaves(tmp_path: Path) -> None:
    root = tmp_path / "cgroup"
    a_group(root / "system" / "service", limit="max", used=900, caches=0)
    a_group(root / "system", limit="1000", used=900, caches=250)
    a_group(root, limit="5000", used=1_000, caches=0)

    assert cgroup_memory_free(own(tmp_path, "0::/system/service\n"), root) == 350


def test_cgroups_leave_nothing_where_more_is_used_than_there_is(tmp_path: Path) -> None:
    a_group(tmp_path, limit="100", used=120, caches=0)
    assert cgroup_memory_free(own(tmp_path, "0::/\n"), tmp_path) == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("12:memory:/user\n", id="the first version"),
        pytest.param("0::/nowhere\n", id="a group that is not to be seen from here"),
    ],
)
def test_cgroups_say_nothing_where_there_is_no_limit(tmp_path: Path, text: str) -> None:
    assert cgroup_memory_free(own(tmp_path, text), tmp_path) is None
    assert cgroup_memory_free(tmp_path / "no such file", tmp_path) is None


def test_readings_are_those_of_this_machine_and_of_a_storage_that_is_there(tmp_path: Path) -> None:
    readings = read(tmp_path)
    assert readings.memory_free is not None
    assert readings.disk_free is not None
    assert readings.memory_free > 0
    assert readings.disk_free > 0
    assert read(tmp_path / "gone").disk_free is None
