"""The registry of faults and its switch."""

import pytest

from synthetics.standin.addresses import ServerName
from synthetics.standin.faults import FAULTS, FaultSwitch, UnknownFaultError


def test_faults_have_distinct_names_and_one_sentence_each() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert all(fault.sentence.endswith(".") and fault.sentence.count(".") == 1 for fault in FAULTS)


def test_switch_knows_what_is_on_for_each_server() -> None:
    switch = FaultSwitch(["site_503"])
    assert [fault.name for fault in switch.on_at(ServerName.SITE)] == ["site_503"]
    assert switch.on_at(ServerName.BACKEND) == ()
    switch.switch_off("site_503")
    switch.switch_off("site_503")
    assert switch.on_at(ServerName.SITE) == ()


def test_switch_refuses_an_unknown_fault_with_the_names_there_are() -> None:
    with pytest.raises(UnknownFaultError, match=r"no fault named 'fire'; there are: backend_502, site_503"):
        FaultSwitch(["fire"])
