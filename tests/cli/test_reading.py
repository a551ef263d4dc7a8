"""``list``, ``runs``, ``validate``, ``doctor``: what they tell people and programs, without running anything."""

from pathlib import Path

from tests.command_line import CHECKOUT, run_command, write_config


def test_list_as_json_has_every_journey_with_its_cadence_targets_and_steps(tmp_path: Path) -> None:
    config = write_config(tmp_path, '[journey."ihub.run_flow"]', 'every = "10m"', 'timeout = "45s"')

    listed = {each["journey"]: each for each in run_command("list", "--json", "--config", config).json}

    assert {"ihub.admin_page", "ihub.create_flow", "ihub.run_flow", "host_jira.plain_issue"} <= listed.keys()
    flow = listed["ihub.run_flow"]
    assert (flow["app"], flow["kind"], flow["targets"]) == ("ihub", "browser", ["standin"])
    assert (flow["every_ms"], flow["timeout_ms"]) == (600_000, 45_000)
    assert flow["title"] == "An issue event starts a flow, and its effect shows in Jira"
    assert len(flow["steps"]) >= 3


def test_list_shows_a_cron_expression_where_an_interval_could_stand(tmp_path: Path) -> None:
    config = write_config(tmp_path, '[journey."ihub.run_flow"]', 'cron = "*/10 8-18 * * 1-5"')

    (flow,) = run_command("list", "ihub.run_flow", "--json", "--config", config).json

    assert (flow["cron"], flow["every_ms"]) == ("*/10 8-18 * * 1-5", 600_000)
    assert "*/10 8-18 * * 1-5" in run_command("list", "ihub.run_flow", "--config", config).out


def test_list_shows_what_is_selected_within_80_columns(tmp_path: Path) -> None:
    ended = run_command("list", "ihub", "--config", write_config(tmp_path))

    assert ended.code == 0
    assert "ihub.run_flow" in ended.out
    assert "host_jira" not in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 80


def test_runs_of_a_storage_that_is_not_there_are_none_and_looking_makes_nothing(tmp_path: Path) -> None:
    config = write_config(tmp_path)

    ended = run_command("runs", "--json", "--config", config)

    assert (ended.code, ended.json) == (0, [])
    assert not (tmp_path / "var").exists()


def test_runs_refuses_a_time_that_is_none(tmp_path: Path) -> None:
    ended = run_command("runs", "--since", "yesterday", "--config", write_config(tmp_path))

    assert ended.code == 2
    assert "yesterday" in ended.err


def test_validate_is_content_with_the_checkout() -> None:
    ended = run_command("validate")
    as_json = run_command("validate", "--json")

    assert (ended.code, as_json.code) == (0, 0)
    assert "all is well" in ended.out
    assert as_json.json == {"problems": []}


def test_doctor_finds_what_this_machine_has(tmp_path: Path) -> None:
    ended = run_command("doctor", "--json", "--config", write_config(tmp_path, "[web]", "port = 0"))

    checks = {each["name"]: each for each in ended.json}
    assert checks.keys() == {"python", "configuration", "secrets", "browser", "storage", "disk", "port"}
    assert all(each["well"] for each in checks.values()), checks
    assert ended.code == 0


def test_doctor_says_no_and_how_to_mend_it(tmp_path: Path) -> None:
    config = write_config(tmp_path, "[browser]", 'executable = "/nowhere/chromium"')
    config.write_text(config.read_text().replace('storage = "var"', 'storage = "synthetics.toml/var"'))

    ended = run_command("doctor", "--json", "--config", config)

    unwell = {each["name"]: each for each in ended.json if not each["well"]}
    assert ended.code == 1
    assert unwell.keys() == {"browser", "storage"}
    assert all(each["mend"] for each in unwell.values())


def test_command_line_is_found_from_another_folder(tmp_path: Path) -> None:
    ended = run_command("list", "--json", "--config", CHECKOUT / "synthetics.toml", cwd=tmp_path)

    assert ended.code == 0
    assert ended.json
