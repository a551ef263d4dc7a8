"""The registry of faults, what can be asked of one, and its switch; over HTTP see the other modules of this name."""

import pytest

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults import (
    FAULTS,
    Blames,
    FaultOrderError,
    FaultSwitch,
    SwitchedOn,
    UnknownFaultError,
    Wire,
    scopes_of,
)
from synthetics.standin.faults.registry import BY_NAME

_APPS = {"ihub", "host_forge", "points_check", "release_notes", "team_radar"}


def test_faults_have_distinct_names_and_one_sentence_each() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    for fault in FAULTS:
        assert fault.name.replace("_", "").isalnum()
        assert fault.name == fault.name.lower()
        assert fault.sentence.endswith(".")
        assert fault.sentence.count(".") == 1


def test_every_party_has_faults() -> None:
    assert {fault.blames for fault in FAULTS} == set(Blames)


def test_faults_of_an_app_name_apps_there_are_and_those_of_others_none() -> None:
    for fault in FAULTS:
        assert set(fault.apps) <= _APPS
        if fault.blames is Blames.APP:
            assert fault.apps
        if fault.blames in {Blames.HOST, Blames.NETWORK, Blames.MONITOR}:
            assert not fault.apps


def test_faults_of_an_app_spare_the_control_unless_it_is_named() -> None:
    for fault in FAULTS:
        assert fault.apps[:1] != ("host_forge",)


def test_defaults_of_knobs_are_within_their_limits() -> None:
    knobs = [knob for fault in FAULTS for knob in fault.knobs]
    assert knobs
    assert all(knob.least <= knob.default <= knob.most for knob in knobs)
    assert all(knob.sentence.endswith(".") for knob in knobs)


def test_pages_that_harm_the_browser_are_bounded() -> None:
    most = {(fault.name, knob.name): knob.most for fault in FAULTS for knob in fault.knobs}
    assert most["page_spins", "seconds"] == 60
    assert most["page_eats_memory", "seconds"] == 60
    assert most["page_eats_memory", "mebibytes"] == 1024


def test_switch_knows_what_is_on_in_order() -> None:
    switch = FaultSwitch(["site_503", "backend_502"])
    assert [each.fault.name for each in switch.on()] == ["site_503", "backend_502"]
    switch.switch_off("site_503")
    switch.switch_off("site_503")
    assert [each.fault.name for each in switch.on()] == ["backend_502"]
    switch.switch_all_off()
    assert switch.on() == ()


def test_switch_refuses_an_unknown_fault_with_the_names_there_are() -> None:
    with pytest.raises(UnknownFaultError, match=r"no fault named 'fire'; there are: .*backend_502.*site_503"):
        FaultSwitch(["fire"])


def test_fault_happens_to_its_first_app_unless_others_are_named() -> None:
    switch = FaultSwitch(["invoke_rejects"])
    assert _on(switch, "invoke_rejects").apps == ("ihub",)
    switch.switch_on("invoke_rejects", {"app": "points_check,release_notes"})
    assert _on(switch, "invoke_rejects").apps == ("points_check", "release_notes")
    switch.switch_on("invoke_rejects", {"app": "all"})
    assert _on(switch, "invoke_rejects").apps == BY_NAME["invoke_rejects"].apps


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        pytest.param("wrong_data", {"app": "maps"}, "'maps'; it can to: ihub", id="no such app"),
        pytest.param("write_not_done", {"app": "team_radar"}, "it can to: ihub, all", id="an app it cannot happen to"),
        pytest.param(
            "site_503", {"app": "ihub"}, "takes no 'app'; it takes: path", id="an app for a fault of the host"
        ),
        pytest.param("site_503", {"colour": "red"}, "takes no 'colour'", id="what no fault knows"),
        pytest.param("network_refused", {"path": "/"}, "it takes: nothing", id="a path for a socket"),
        pytest.param("site_503", {"path": "browse"}, "must begin with a slash", id="a path that is none"),
        pytest.param("site_503", {"after": "-1"}, "a whole number from 0", id="a negative number of requests"),
        pytest.param("site_503", {"times": 0}, "a whole number from 1", id="no request at all"),
        pytest.param("site_503", {"times": True}, "a whole number from 1", id="a truth for a number"),
        pytest.param("site_503", {"share": 2}, "a number from 0.01 to 1", id="more than all"),
        pytest.param("site_slow", {"seconds": "long"}, "a number from 0 to 120", id="no number"),
        pytest.param("site_slow", {"seconds": "nan"}, "a number from 0 to 120", id="not a number"),
        pytest.param("page_eats_memory", {"mebibytes": 4096}, "from 16 to 1024", id="more memory than is safe"),
    ],
)
def test_switch_refuses_what_a_fault_cannot_do_and_leaves_it(name: str, asked: dict[str, object], said: str) -> None:
    switch = FaultSwitch()
    with pytest.raises(FaultOrderError, match=said):
        switch.switch_on(name, asked)
    assert not switch.is_on(name)


def _on(switch: FaultSwitch, name: str) -> SwitchedOn:
    on = switch.get(name)
    assert on is not None
    return on


def _hits(on: SwitchedOn, requests: int) -> list[bool]:
    return [on.is_due() for _ in range(requests)]


def test_fault_spares_the_first_requests_and_ends_after_so_many() -> None:
    switch = FaultSwitch()
    switch.switch_on("site_503", {"after": 2, "times": 2})
    on = _on(switch, "site_503")
    assert _hits(on, 6) == [False, False, True, True, False, False]
    assert (on.seen, on.hit) == (6, 2)


def test_fault_happens_to_its_share_of_the_requests_evenly() -> None:
    switch = FaultSwitch()
    switch.switch_on("site_503", {"share": 0.25})
    assert _hits(_on(switch, "site_503"), 8) == [False, False, False, True] * 2


def test_request_that_does_not_count_shares_the_fate_of_the_next_that_does() -> None:
    switch = FaultSwitch()
    switch.switch_on("signed_out", {"after": 1})
    on = _on(switch, "signed_out")
    assert not on.is_due(counted=False)
    assert not on.is_due()
    assert on.is_due(counted=False)
    assert on.is_due()


def test_switching_on_again_begins_anew_and_lets_go_of_what_was_held() -> None:
    switch = FaultSwitch(["site_slow"])
    first = _on(switch, "site_slow")
    first.is_due()
    switch.switch_on("site_slow", {"seconds": 1})
    assert first.off.is_set()
    assert (_on(switch, "site_slow").seen, _on(switch, "site_slow").values["seconds"]) == (0, 1)


def test_attached_is_told_of_each_turn() -> None:
    turns: list[bool] = []
    switch = FaultSwitch(["host_flags"])
    switch.attach("host_flags", turns.append)
    switch.switch_on("host_flags")
    switch.switch_all_off()
    assert turns == [True, False, True, False]


def test_wire_of_a_server_follows_the_apps_a_fault_happens_to() -> None:
    switch = FaultSwitch()
    switch.switch_on("app_port_refused", {"app": "team_radar"})
    assert switch.wire(ServerName.CONNECT) is Wire.REFUSED
    assert switch.wire(ServerName.BACKEND) is Wire.WELL
    switch.switch_on("network_tls")
    assert {switch.wire(name) for name in ServerName if name is not ServerName.CONTROL} == {Wire.GARBAGE}
    assert switch.wire(ServerName.CONTROL) is Wire.WELL


def test_only_faults_of_single_requests_are_told_apart_by_path_and_number() -> None:
    assert scopes_of(BY_NAME["app_port_refused"]) == ("app",)
    assert scopes_of(BY_NAME["site_503"]) == ("path", "after", "times")
    assert scopes_of(BY_NAME["asset_missing"]) == ("app", "path", "after", "times")
