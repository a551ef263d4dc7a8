"""How one run happens: a worker under supervision, what it said folded into evidence, and the record made of it."""

from synthetics.execute.fold import fold
from synthetics.execute.isolated import IsolatedExecutor
from synthetics.execute.order import Execution, Executor, Order
from synthetics.execute.processes import count_browser_processes
from synthetics.execute.recording import make_record
from synthetics.execute.what_ran import provenance

__all__ = [
    "Execution",
    "Executor",
    "IsolatedExecutor",
    "Order",
    "count_browser_processes",
    "fold",
    "make_record",
    "provenance",
]
