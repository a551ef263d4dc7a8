"""A story on a real ledger, with an executor that a test holds in its hands."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from pydantic import SecretStr

from synthetics.artifacts.redaction import Redactor
from synthetics.artifacts.store import ArtifactStore
from synthetics.clock import SystemClock
from synthetics.config.app import App
from synthetics.config.models import Account, Target
from synthetics.errors import StandinError
from synthetics.evidence import Evidence, Phase, PhaseEvidence, PhaseOutcome, SessionMade, WorkerEnding
from synthetics.execute.order import Execution, Order
from synthetics.ledger.store import Ledger
from synthetics.record import Artifact, ArtifactKind, Error, RunRecord, Step, StepStatus
from synthetics.runner.controls import Controls
from synthetics.runner.story import Story
from synthetics.slots import Timeline
from synthetics.worker import Worker
from tests.builders import a_placement

_CONFIRMED = a_placement("ihub.run_flow")
#: Without a confirm-run, so that a slot is one run, whatever becomes of it.
PLACEMENT = replace(_CONFIRMED, journey=replace(_CONFIRMED.journey, confirms=False))
SLOT_MS = 1_772_366_400_000
WORKER = Worker(runs_before=3, exit_code=0, cpu_ms=700)
SECRET = "p4ssw0rd-of-the-robot"
_ERROR = Error(type="AssertionError", message="not there")
PASSED = Evidence(
    ending=WorkerEnding(exit_code=0, duration_ms=1_500),
    playwright="1.65",
    browser="156",
    asked_target=True,
    steps=(Step(title="Open", status=StepStatus.PASSED, offset_ms=10, duration_ms=900),),
    phases=tuple(
        PhaseEvidence(phase=each, outcome=PhaseOutcome.PASSED) for each in (Phase.SETUP, Phase.CALL, Phase.TEARDOWN)
    ),
    artifacts=(Artifact(kind=ArtifactKind.WORKER_LOG, path="worker.log", size_bytes=1),),
)

FAILED = replace(
    PASSED,
    steps=(Step(title="Open", status=StepStatus.FAILED, offset_ms=10, duration_ms=900, error=_ERROR),),
    phases=(PhaseEvidence(phase=Phase.CALL, outcome=PhaseOutcome.FAILED, error=_ERROR),),
)


class HeldExecutor:
    """Gives the evidence that a test wants, or breaks, after whatever the test does in the middle of the run.

    The first for the first run, and so on; the last for all that come after.
    """

    def __init__(
        self,
        *evidence: Evidence | Exception,
        meanwhile: Callable[[threading.Event], object] = lambda _stop: None,
        sessions: tuple[SessionMade, ...] = (),
    ) -> None:
        self._evidence = evidence
        self._meanwhile = meanwhile
        self._sessions = sessions
        self.orders: list[Order] = []

    def prepare(self, orders: Sequence[Order]) -> None:
        pass

    @contextmanager
    def execute(self, order: Order, stop: threading.Event) -> Iterator[Execution]:
        self.orders.append(order)
        self._meanwhile(stop)
        evidence = self._evidence[min(len(self.orders), len(self._evidence)) - 1]
        if isinstance(evidence, Exception):
            raise evidence
        output = order.journeys_folder / "output"
        output.mkdir(exist_ok=True)
        (output / "worker.log").write_text(f"signed in with {SECRET}")
        yield Execution(evidence=evidence, output=output, started_ms=SLOT_MS, worker=WORKER, sessions=self._sessions)


class HeldSites:
    """Gives one target, which goes away where the test wants that."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def target(self, _name: str) -> Target:
        return self._target

    def check(self, target: Target) -> None:
        assert target == self._target


class GoneSites(HeldSites):
    """Gives one target, which is gone when somebody looks again."""

    def check(self, _target: Target) -> None:
        raise StandinError("The stand-in ended.")


class BrokenRedactor(Redactor):
    """Cannot scrub a record."""

    def record(self, record: RunRecord) -> RunRecord:
        raise RecursionError(record.run_id)


def a_story(tmp_path: Path, ledger: Ledger, executor: HeldExecutor, published: list[RunRecord]) -> Story:
    target = Target(name="standin", site="http://127.0.0.1:1", account=Account(email="a@b", password=SecretStr(SECRET)))
    return Story(
        ledger=ledger,
        executor=executor,
        store=ArtifactStore(tmp_path / "var" / "runs"),
        redactor=Redactor([SECRET]),
        timeline=Timeline(SystemClock()),
        sites=HeldSites(target),
        controls=Controls({}),
        apps={"ihub": App(name="ihub", title="iHub")},
        browser=Path("chromium"),
        journeys_folder=tmp_path,
        grace_ms=2_000,
        publish=published.append,
    )
