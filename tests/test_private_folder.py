"""Private folders: nobody else's are touched, and none of ours outlives its owner for long."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from synthetics.private_folder import OWNER, PREFIX, private_folder, remove_folder, sweep
from tests.catalogue.folder_of_journeys import a_journey_of, a_suite

ROOT = Path(__file__).parents[2]


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def left_behind(folder: Path) -> None:
    """Make a private folder whose owner is killed inside its ``with`` block."""
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom synthetics.private_folder import private_folder\n"
        "with private_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'tmp').mkdir()\n    (folder / 'tmp' / 'file').touch()\n    os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(folder)], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False, timeout=30
    )
    assert ended.returncode == -9
    assert folder.is_dir()


def test_private_folder_is_its_users_alone_and_goes_with_all_that_is_in_it(tmp_path: Path) -> None:
    with private_folder(tmp_path / f"{PREFIX}one") as folder:
        assert names(tmp_path) == [f"{PREFIX}one"]
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "closed").mkdir()
        (folder / "closed" / "file").touch()
        (folder / "closed").chmod(0)

    assert names(tmp_path) == []


def test_private_folder_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    taken = tmp_path / f"{PREFIX}one"
    taken.mkdir()
    (taken / "file").touch()

    with pytest.raises(OSError, match="not empty"), private_folder(taken):
        pass

    assert names(tmp_path) == [taken.name]
    assert names(taken) == ["file"]


def test_sweep_removes_what_a_killed_owner_left(tmp_path: Path) -> None:
    left_behind(tmp_path / f"{PREFIX}one")

    sweep(tmp_path)

    assert names(tmp_path) == []


def test_sweep_leaves_a_folder_whose_owner_lives(tmp_path: Path) -> None:
    with private_folder(tmp_path / f"{PREFIX}one") as folder:
        sweep(tmp_path)
        assert folder.is_dir()


def strangers_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "file").touch()


def link_to_a_folder(folder: Path) -> None:
    left_behind(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def folder_with_a_link_for_its_owner(folder: Path) -> None:
    strangers_folder(folder)
    (folder / OWNER).symlink_to("file")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(strangers_folder, id="a folder that only has such a name"),
        pytest.param(Path.touch, id="a file"),
        pytest.param(link_to_a_folder, id="a link to a folder that was left"),
        pytest.param(folder_with_a_link_for_its_owner, id="a folder whose owner is a link"),
    ],
)
def test_sweep_never_touches(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / f"{PREFIX}one")
    before = sorted(tmp_path.rglob("*"))

    sweep(tmp_path)

    assert sorted(tmp_path.rglob("*")) == before


def test_sweep_never_touches_what_is_another_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left_behind(tmp_path / f"{PREFIX}one")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    sweep(tmp_path)

    assert names(tmp_path) == [f"{PREFIX}one"]


def test_sweep_of_nowhere_is_nothing(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere")

    assert names(tmp_path) == []


def test_folder_that_is_not_there_needs_no_removing(tmp_path: Path) -> None:
    remove_folder(tmp_path / "nowhere")


def test_folder_of_a_killed_discovery_is_swept(tmp_path: Path) -> None:
    """The file that is imported kills whoever imports it, and the one who asked for it."""
    kills = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\nos._exit(1)\n"
    a_suite(tmp_path, {"ihub/test_a.py": kills + a_journey_of()})
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    code = (
        "import sys\nfrom datetime import timedelta\nfrom pathlib import Path\n"
        "from synthetics.catalogue.importing import import_files\n"
        "journeys = Path(sys.argv[1])\n"
        "import_files([journeys / 'ihub' / 'test_a.py'], journeys, timedelta(seconds=60))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "journeys")],
        env=os.environ | {"PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        check=False,
        timeout=60,
    )
    assert ended.returncode == -9
    (left,) = names(temporary)
    assert left.startswith(f"{PREFIX}collect-")

    sweep(temporary)

    assert names(temporary) == []
