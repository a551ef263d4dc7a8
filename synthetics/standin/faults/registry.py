"""Every fault that there is."""

from collections.abc import Mapping

from synthetics.standin.faults.app_backend import BACKEND_FAULTS, FUNCTION_FAULTS
from synthetics.standin.faults.app_frame import FRAME_FAULTS
from synthetics.standin.faults.health import HEALTH_FAULTS
from synthetics.standin.faults.host import HOST_FAULTS
from synthetics.standin.faults.model import Fault
from synthetics.standin.faults.monitor import MONITOR_FAULTS
from synthetics.standin.faults.network import NETWORK_FAULTS
from synthetics.standin.faults.nothing import NO_FAULTS
from synthetics.standin.faults.session import SESSION_FAULTS

FAULTS: tuple[Fault, ...] = (
    *BACKEND_FAULTS,
    *FUNCTION_FAULTS,
    *FRAME_FAULTS,
    *HEALTH_FAULTS,
    *HOST_FAULTS,
    *SESSION_FAULTS,
    *NETWORK_FAULTS,
    *MONITOR_FAULTS,
    *NO_FAULTS,
)
BY_NAME: Mapping[str, Fault] = {fault.name: fault for fault in FAULTS}
