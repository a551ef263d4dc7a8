"""``list``, ``runs``, ``validate``, ``doctor``: what they tell people and programs, without running anything."""

from pathlib import Path

from tests.command_line import CHECKOUT, call_command, run_command, write_config


def test_list_as_json_has_every_journey_with_its_cadence_targets_and_steps(tmp_path: Path) -> None:
    config = write_config(tmp_path, '[journey."ihub.run_flow"]', 'every = "10m"', 'timeout = "45s"')

    listed = {each["journey"]: each for each in call_command("list", "--json", "--config", config).json}

    assert {"ihub.admin_page", "ihub.create_flow", "ihub.run_flow", "host_jira.plain_issue"} <= listed.keys()
    flow = listed["ihub.run_flow"]
    assert (flow["app"], flow["kind"], flow["targets"]) == ("ihub", "browser", ["standin"])
    assert (flow["every_ms"], flow["timeout_ms"]) == (600_000, 45_000)
    assert flow["title"] == "An issue event starts a flow, and its effect shows in Jira"
    assert len(flow["steps"]) >= 3


def test_list_as_json_tells_how_runs_are_made(tmp_path: Path) -> None:
    config = write_config(tmp_path, '[journey."ihub.run_flow"]', "isolated = true", "confirm = false")

    listed = {each["journey"]: each for each in call_command("list", "ihub", "--json", "--config", config).json}

    assert (listed["ihub.run_flow"]["isolated"], listed["ihub.run_flow"]["confirm"]) == (True, False)
    assert (listed["ihub.admin_page"]["isolated"], listed["ihub.admin_page"]["confirm"]) == (False, True)


def test_list_shows_a_cron_expression_where_an_interval_could_stand(tmp_path: Path) -> None:
    config = write_config(tmp_path, '[journey."ihub.run_flow"]', 'cron = "*/10 8-18 * * 1-5"')

    (flow,) = call_command("list", "ihub.run_flow", "--json", "--config", config).json

    assert (flow["cron"], flow["every_ms"]) == ("*/10 8-18 * * 1-5", 600_000)
    assert "*/10 8-18 * * 1-5" in call_command("list", "ihub.run_flow", "--config", config).out


def test_list_shows_what_is_selected_within_80_columns(tmp_path: Path) -> None:
    ended = call_command("list", "ihub", "--config", write_config(tmp_path))

    assert ended.code == 0
    assert "ihub.run_flow" in ended.out
    assert "host_jira" not in ended.out
    assert max(len(line) for line in ended.out.splitlines()) <= 80


def test_runs_of_a_storage_that_is_not_there_are_none_and_looking_makes_nothing(tmp_path: Path) -> None:
    config = write_config(tmp_path)

    ended = call_command("runs", "--json", "--config", config)

    assert (ended.code, ended.json) == (0, [])
    assert not (tmp_path / "var").exists()


def test_runs_refuses_a_time_that_is_none(tmp_path: Path) -> None:
    ended = call_command("runs", "--since", "yesterday", "--config", write_config(tmp_path))

    assert ended.code == 2
    assert "yesterday" in ended.err


def test_validate_is_content_with_the_checkout() -> None:
    ended = call_command("validate")
    as_json = call_command("validate", "--json")

    assert (ended.code, as_json.code) == (0, 0)
    assert "all is well" in ended.out
    assert as_json.json["problems"] == []
    assert as_json.json["capacity"]["available"] == 2
    assert as_json.json["capacity"]["mend"] == ""


def test_validate_tells_a_schedule_that_does_not_fit_within_80_columns_and_ends_well(tmp_path: Path) -> None:
    write_config(tmp_path, "[limits]", "concurrency = 1", "[defaults]", 'every = "2m"', 'timeout = "50s"')

    ended = run_command("validate", "--config", "synthetics.toml", cwd=tmp_path)

    assert (ended.code, ended.out) == (0, "")
    first, *others = ended.err.splitlines()
    assert first == "synthetics.toml: limits.concurrency"
    assert others[0].startswith("  The schedule needs ")
    assert "limits.concurrency = 2" in ended.err
    assert max(len(line) for line in others) <= 80


def test_doctor_finds_what_this_machine_has(tmp_path: Path) -> None:
    ended = call_command("doctor", "--json", "--config", write_config(tmp_path, "[web]", "port = 0"))

    checks = {each["name"]: each for each in ended.json}
    assert checks.keys() == {"python", "configuration", "secrets", "browser", "storage", "disk", "port"}
    assert all(each["well"] for each in checks.values()), checks
    assert ended.code == 0


def test_doctor_says_no_and_how_to_mend_it(tmp_path: Path) -> None:
    config = write_config(tmp_path, "[browser]", 'executable = "/nowhere/chromium"')
    config.write_text(config.read_text().replace('storage = "var"', 'storage = "synthetics.toml/var"'))

    ended = call_command("doctor", "--json", "--config", config)

    unwell = {each["name"]: each for each in ended.json if not each["well"]}
    assert ended.code == 1
    assert unwell.keys() == {"browser", "storage"}
    assert all(each["mend"] for each in unwell.values())


def test_command_line_is_found_from_another_folder(tmp_path: Path) -> None:
    ended = run_command("list", "--json", "--config", CHECKOUT / "synthetics.toml", cwd=tmp_path)

    assert ended.code == 0
    assert ended.json


def test_an_unreadable_address_of_the_dead_man_is_told_by_doctor_and_refused_by_run_alone(tmp_path: Path) -> None:
    config = write_config(tmp_path, "[web]", "port = 0", "[dead_man]", 'url = { env = "NO_SUCH_PING_URL" }')

    doctor = run_command("doctor", "--json", "--config", config)
    refused = run_command("run", "--config", config)

    (secrets,) = [each for each in doctor.json if not each["well"]]
    assert secrets["detail"] == "dead_man.url: the environment variable NO_SUCH_PING_URL is not set"
    assert refused.code == 2
    assert "dead_man.url" in refused.err
    assert not (tmp_path / "var").exists(), "nothing was written yet"
