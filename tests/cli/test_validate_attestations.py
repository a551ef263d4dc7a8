"""``validate`` of what is attested: what nobody asks for is a problem, what has ended is told and ends well."""

from pathlib import Path

import pytest

from tests.command_line import call_command, run_command, write_config

EVER, OVER = "9998-12-31", "2026-03-31"


def attested(name: str, until: str = EVER) -> tuple[str, ...]:
    return (
        f"[attestations.{name}]",
        'by = "Maria Lind"',
        "on = 2026-03-01",
        f"until = {until}",
        'link = "https://wiki.example.com"',
    )


@pytest.mark.parametrize(
    ("name", "what", "mend"),
    [
        pytest.param(
            "bug_bountry",
            'the profile cloud-fortified asks for no attestation "bug_bountry"',
            "Did you mean bug_bounty? It asks for: bug_bounty, cloud_app_security, ecoscanner, ",
            id="a misspelt one, with the nearest",
        ),
        pytest.param(
            "zzz",
            'the profile cloud-fortified asks for no attestation "zzz"',
            "It asks for: bug_bounty, cloud_app_security, ",
            id="one like none, with all there are",
        ),
        pytest.param(
            "availability",
            'the profile cloud-fortified wants no attestation of "availability": its how is objective',
            "It asks for: bug_bounty, ",
            id="what is measured",
        ),
    ],
)
def test_validate_refuses_what_the_profile_wants_no_attestation_of(
    tmp_path: Path, name: str, what: str, mend: str
) -> None:
    config = write_config(tmp_path, *attested("ecoscanner"), *attested(name))

    ended = call_command("validate", "--json", "--config", config)

    (problem,) = ended.json["problems"]
    assert (ended.code, problem["key"], problem["what"]) == (2, f"attestations.{name}", what)
    assert problem["mend"].startswith(mend)
    assert f"attestations.{name}\n  {what}.\n" in ended.err


def test_validate_tells_what_has_ended_and_ends_well(tmp_path: Path) -> None:
    write_config(tmp_path, *attested("ecoscanner", OVER), *attested("bug_bounty"))

    ended = run_command("validate", "--config", "synthetics.toml", cwd=tmp_path)
    as_json = call_command("validate", "--json", "--config", tmp_path / "synthetics.toml")

    assert (ended.code, ended.out) == (0, ""), "all is not well"
    assert ended.err == (
        "synthetics.toml: attestations.ecoscanner.until\n"
        "  it has ended: 2026-03-31 was the last day on which it held.\n"
        "  Have it attested anew, and write when, by whom and until when.\n\n"
    )
    assert (as_json.code, as_json.json["problems"]) == (0, [])
    assert [each["key"] for each in as_json.json["ended"]] == ["attestations.ecoscanner.until"]


def test_validate_is_content_with_what_holds(tmp_path: Path) -> None:
    config = write_config(tmp_path, *attested("ecoscanner"), *attested("bug_bounty"))

    ended = call_command("validate", "--config", config)

    assert (ended.code, ended.err) == (0, "")
    assert "all is well" in ended.out


def test_validate_tells_all_that_is_wrong_with_the_profile_beside_the_rest(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "ours.toml").write_text('title = "Ours"\nwindow = "28d"\n[objectives.up]\nper = "team"\n')
    lines = ("[slo]", 'profile = "ours"', 'profiles = "profiles"', *attested("anything", OVER), "[limits]", "seats = 3")

    ended = call_command("validate", "--json", "--config", write_config(tmp_path, *lines))

    keys = {each["key"] for each in ended.json["problems"]}
    assert ended.code == 2
    assert {"limits.seats", "valid_until", "source", "objectives.up.per", "objectives.up.measure"} <= keys
    assert [each["key"] for each in ended.json["ended"]] == ["attestations.anything.until"]


def test_validate_blames_no_attestation_where_the_profile_cannot_be_read(tmp_path: Path) -> None:
    config = write_config(tmp_path, *attested("something_of_ours"), "[slo]", "profile = 3")

    ended = call_command("validate", "--json", "--config", config)

    assert [each["key"] for each in ended.json["problems"]] == ["slo.profile"]
