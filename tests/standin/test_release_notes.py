"""Release Notes: the function that Forge runs, as the gateway answers it."""

import pytest

from tests.standin.started import Standin

_APP = "5c1d2a34-7e0f-4b6b-9a55-3f7e1c2d4b60/0d9e8f7a-6b5c-4d3e-8f21-a0b1c2d3e4f5"
_MACRO = f"ari:cloud:ecosystem::extension/{_APP}/static/release-notes"


def test_notes_of_the_project_come_newest_first(standin: Standin) -> None:
    with standin.signed_in() as client:
        done = standin.invoke(client, "getReleaseNotes", {"project": "syn"}, extension=_MACRO)
    notes = done["response"]["body"]
    assert notes["project"] == {"key": "SYN", "name": "Synthetics"}
    assert [version["version"] for version in notes["versions"]] == ["4.2.0", "4.1.1", "4.1.0"]


@pytest.mark.parametrize("payload", [{"project": "NOPE"}, {}, None])
def test_unknown_project_is_an_answer_with_its_reason(standin: Standin, payload: dict[str, str] | None) -> None:
    with standin.signed_in() as client:
        done = standin.invoke(client, "getReleaseNotes", payload, extension=_MACRO)
    assert not done["success"]
    assert done["errors"][0]["message"].startswith("There is no project")


def test_function_does_not_need_the_backend_of_another_app(standin: Standin) -> None:
    with standin.fault("backend_502"), standin.signed_in() as client:
        assert standin.invoke(client, "getReleaseNotes", {"project": "SYN"}, extension=_MACRO)["success"]
