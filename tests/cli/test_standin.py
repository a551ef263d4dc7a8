"""``standin``: the site alone, as whom and with what it is asked to be."""

import json
import signal
import subprocess
from http import HTTPStatus

import httpx
import pytest

from tests.command_line import CHECKOUT, call_command, command, environment


def test_standin_is_the_site_that_was_asked_for_with_what_was_asked_for() -> None:
    asked = ("--as", "other", "--with", "flags", "--with", "two_frames", "--json")
    with subprocess.Popen(
        command("standin", *asked), cwd=CHECKOUT, env=environment(), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            shown = httpx.get(f"{said['site']}/_standin/switches", trust_env=False).json()["switches"]
            auth = (said["account"]["email"], said["account"]["api_token"])
            myself = httpx.get(f"{said['site']}/rest/api/3/myself", auth=auth, trust_env=False)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)

    assert said["project"] == "OPS"
    assert {each["name"] for each in shown if each["on"]} == {"flags", "two_frames"}
    assert myself.status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("option", "there_is"), [("--with", "two_frames"), ("--as", "other")], ids=["a switch", "a site"]
)
def test_unknown_name_is_refused_with_those_that_there_are(option: str, there_is: str) -> None:
    ended = call_command("standin", option, "no_such_name")

    assert ended.code == 2
    assert "no_such_name" in ended.err
    assert there_is in ended.err
