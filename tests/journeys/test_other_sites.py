"""The journeys on sites that are not as bare as the stand-in is by itself, and on one configured as a real site is."""

from pathlib import Path

from synthetics.authoring.embedded import start_standin
from synthetics.standin.persona import OTHER
from tests.journeys.typing_pytest import JOURNEYS, ROOT, a_checkout, by_hand, record_of, records_in

#: One journey for each way in which an app shows up, and one for each host without an app.
EACH_WAY = (
    "host_confluence.plain_page",
    "host_jira.plain_issue",
    "ihub.incoming_webhook",
    "points_check.panel",
    "release_notes.macro_renders",
    "team_radar.issue_panel",
    "team_radar.project_page",
)
CHOSEN = ("-k", " or ".join(f"test_{name.partition('.')[2]}" for name in EACH_WAY))


def test_every_journey_passes_where_all_names_and_ids_are_others_and_the_way_is_not_clear(tmp_path: Path) -> None:
    """The other site has host names, keys, numbers, ids and accounts of its own; here with modals, flags, two apps."""
    switches = [f"--standin-with={name}" for name in ("onboarding", "flags", "two_frames")]

    done = by_hand(ROOT, tmp_path / "out", "journeys", "--standin-as=other", *switches)

    assert done.returncode == 0, done.stdout
    outcomes = {each["journey"]: each["outcome"] for each in records_in(tmp_path / "out")}
    assert outcomes == dict.fromkeys(JOURNEYS, "passed")


def test_journeys_pass_on_a_configured_site_with_one_time_codes_and_another_language(tmp_path: Path) -> None:
    checkout = a_checkout(tmp_path)
    with start_standin() as standin:
        account = standin.announcement["accounts"]["with_totp"]
        (checkout / "synthetics.toml").write_text(f"""
            location = "local"
            journeys = "journeys"
            storage = "var"
            [targets.dfr]
            site = "{standin.site}"
            account = "robot"
            rollout = "first"
            project = "{standin.announcement["project"]}"
            [accounts.robot]
            email = "{account["email"]}"
            password = {{ env = "ROBOT_PASSWORD" }}
            api_token = {{ env = "ROBOT_API_TOKEN" }}
            totp_secret = {{ env = "ROBOT_TOTP_SECRET" }}
            locale = "sv-SE"
            timezone = "Europe/Stockholm"
        """)
        with (checkout / "journeys/ihub/app.toml").open("a") as app:
            app.write(f'\n[base_urls]\nbackend = "{standin.announcement["backend"]}"\n')
        with (checkout / "journeys/team_radar/app.toml").open("a") as app:
            app.write(f'\n[base_urls]\napp = "{standin.announcement["connect"]}"\n')
        environ = {f"ROBOT_{name.upper()}": account[name] for name in ("password", "api_token", "totp_secret")}

        done = by_hand(checkout, tmp_path / "out", "journeys", *CHOSEN, environ=environ)

    assert done.returncode == 0, done.stdout
    outcomes = {each["journey"]: each["outcome"] for each in records_in(tmp_path / "out")}
    assert outcomes.keys() >= set(EACH_WAY)
    assert set(outcomes.values()) == {"passed"}
    assert not [secret for secret in environ.values() if secret in done.stdout]


def test_app_that_waits_for_consent_is_told_as_such(tmp_path: Path) -> None:
    other_site = ("--standin-with=consent", "--standin-as=other")

    done = by_hand(ROOT, tmp_path / "out", "journeys/ihub", "-k", "admin_page", *other_site)

    assert done.returncode == 1, done.stdout
    step = record_of("ihub.admin_page", tmp_path / "out")["steps"][0]
    assert step["error"]["type"] == "synthetics.authoring.scopes.ConsentNeededError"
    assert "asks the account to let the app in" in step["error"]["message"]
    assert step["url"].startswith("http://localhost:")
    assert step["url"].endswith(OTHER.apps.ihub.global_path)
