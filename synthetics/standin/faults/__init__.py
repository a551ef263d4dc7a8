"""What can be made to go wrong, and the switch for it.

Each module holds the faults of one party; the next fault is one more entry in its table. A fault sees each request of
its servers first and may answer in the server's place, hold it back or change the answer; or it is about sockets, which
``sockets`` moves.
"""

from synthetics.standin.faults.model import Blames, Fault, SwitchedOn, Wire
from synthetics.standin.faults.order import FaultOrderError, scopes_of
from synthetics.standin.faults.registry import FAULTS
from synthetics.standin.faults.requests import Facts
from synthetics.standin.faults.switch import SWITCH_PATH, FaultSwitch, UnknownFaultError, WithFaults

__all__ = [
    "FAULTS",
    "SWITCH_PATH",
    "Blames",
    "Facts",
    "Fault",
    "FaultOrderError",
    "FaultSwitch",
    "SwitchedOn",
    "UnknownFaultError",
    "Wire",
    "WithFaults",
    "scopes_of",
]
