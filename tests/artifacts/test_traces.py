"""Traces of Playwright's: kept, with no secret in any part; or not kept at all."""

import io
import zipfile
from pathlib import Path

import pytest

from synthetics.artifacts import scrubbing
from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.scrubbing import UnfitError, scrubbed

SECRET = "open-sesame-1"
PNG = b"\x89PNG\r\n\x1a\n" + SECRET.encode()


def a_trace(folder: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(folder / "trace.zip", "w", zipfile.ZIP_DEFLATED) as trace:
        for name, content in parts.items():
            trace.writestr(name, content)


def kept(folder: Path) -> dict[str, bytes]:
    data = scrubbed(folder, "trace.zip", Redactor([SECRET]))
    with zipfile.ZipFile(io.BytesIO(data)) as trace:
        return {each.filename: trace.read(each) for each in trace.infolist()}


def test_scrubbing_takes_secrets_out_of_every_part_of_a_trace(tmp_path: Path) -> None:
    body = b'{"postData": "password=%s"}' % SECRET.encode()
    a_trace(tmp_path, {"trace.network": body, "resources/0f3a.dat": body, "resources/1.png": PNG})
    assert kept(tmp_path) == {
        "trace.network": b'{"postData": "password=[redacted]"}',
        "resources/0f3a.dat": b'{"postData": "password=[redacted]"}',
        "resources/1.png": PNG,
    }


def test_scrubbing_leaves_out_parts_in_which_nobody_can_look(tmp_path: Path) -> None:
    a_trace(tmp_path, {"trace.trace": b"{}", "resources/a.gz": b"\x1f\x8b packed", f"resources/{SECRET}": b"{}"})
    assert kept(tmp_path) == {"trace.trace": b"{}"}


def test_scrubbing_refuses_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "trace.zip").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(UnfitError, match="no archive that can be read"):
        kept(tmp_path)


def test_scrubbing_refuses_an_archive_that_swells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "TRACE_LIMIT_BYTES", 1_000)
    a_trace(tmp_path, {"trace.trace": bytes(2_000)})
    with pytest.raises(UnfitError, match="when unpacked"):
        kept(tmp_path)
