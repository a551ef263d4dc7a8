"""A worker hears of its run all that its starter knows, over a wire of plain JSON."""

import json
from pathlib import Path

from pydantic import SecretStr

from synthetics.authoring.assignment import Assignment
from synthetics.config.app import App, Connect
from synthetics.config.models import Account, Installation, Rollout, Target


def test_assignment_comes_back_whole_from_its_way_to_the_worker() -> None:
    account = Account(
        email="robot@example.com",
        password=SecretStr("a-password"),
        api_token=None,
        totp_secret=SecretStr("JBSWY3DPEHPK3PXP"),
        locale="sv-SE",
        timezone="Europe/Stockholm",
    )
    assignment = Assignment(
        run_id="0" * 16,
        app=App(name="radar", title="Radar", connect=Connect(addon_key="com.example", modules=("a",), ready="#ready")),
        target=Target(
            name="dfr",
            site="https://a.example",
            account=account,
            project="DEMO",
            rollout=Rollout.FIRST,
            proxy="http://proxy.example.com:3128",
            proxy_user="robot",
            proxy_password=SecretStr("the-proxys-password"),
            ca=Path("/opt/authority.pem"),
            apps={"radar": Installation(addon_key="com.example.other")},
        ),
        browser_executable=Path("/opt/browser"),
        output_folder=Path("/opt/output"),
        session=SecretStr('{"cookies": []}'),
    )
    wire = json.loads(json.dumps(assignment.to_wire()))
    assert Assignment.from_wire(wire) == assignment
    assert "cookies" not in repr(assignment)
