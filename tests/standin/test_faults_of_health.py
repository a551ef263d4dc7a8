"""The faults that only a health check sees: what is answered there, and that all else is well meanwhile."""

import httpx
import pytest

from synthetics.standin.faults import FAULTS
from tests.standin.started import Standin


def _get(address: str, timeout: float = 10) -> httpx.Response:
    return httpx.get(address, trust_env=False, timeout=timeout)


@pytest.mark.parametrize(("fault", "status"), [("health_500", 500), ("health_204", 204), ("health_redirect", 302)])
def test_health_answers_with_the_status_of_its_fault_and_all_else_is_well(
    standin: Standin, fault: str, status: int
) -> None:
    with standin.fault(fault):
        assert _get(f"{standin.backend}/health").status_code == status
        assert _get(f"{standin.backend}/samples/status/200").status_code == 200
        assert _get(f"{standin.connect}/health").status_code == 200
    with standin.fault(fault, app="team_radar"):
        assert _get(f"{standin.connect}/health").status_code == status
        assert _get(f"{standin.backend}/health").status_code == 200
    assert _get(f"{standin.backend}/health").status_code == 200


def test_health_that_is_slow_answers_well_after_its_seconds(standin: Standin) -> None:
    with standin.fault("health_slow"), pytest.raises(httpx.ReadTimeout):
        _get(f"{standin.backend}/health", timeout=0.2)
    with standin.fault("health_slow", seconds=0.3):
        answer = _get(f"{standin.backend}/health")
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() >= 0.3


def test_faults_say_which_kinds_of_journeys_can_meet_them() -> None:
    kinds = {fault.name: set(fault.kinds) for fault in FAULTS}
    of_health = {name for name, them in kinds.items() if them == {"health"}}
    assert of_health == {"health_500", "health_204", "health_redirect", "health_slow"}
    assert kinds["backend_502"] == kinds["app_port_refused"] == {"browser", "health"}
    assert kinds["invoke_rejects"] == kinds["site_503"] == {"browser"}
