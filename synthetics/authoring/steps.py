"""``with step("Open the admin page"):``, which times, nests, and keeps what there is to see at a failure."""

from types import TracebackType

from synthetics.authoring.run import Run, StepUnderWay


class Step:
    """What the fixture ``step`` gives: called with a title, it makes a step for a ``with`` statement."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __call__(self, title: str) -> "StepBlock":
        """Make a step.

        Args:
            title: What is done, in the words of the journey. Titles of the outermost steps in a test are string
                literals, each used once: discovery reads them, and metrics are labelled with them.

        Returns:
            What the ``with`` statement takes.
        """
        return StepBlock(self._run, title)


class StepBlock:
    """One step, from the ``with`` statement's beginning to its end.

    A class, since a generator's frames would stand in the author's traceback.
    """

    def __init__(self, run: Run, title: str) -> None:
        self._run = run
        self._title = title
        self._step: StepUnderWay | None = None

    def __enter__(self) -> None:
        """Begin."""
        self._step = self._run.begin_step(self._title)

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End; an error goes on its way."""
        assert self._step is not None  # noqa: S101  a with statement enters before it leaves
        self._run.end_step(self._step, failure)
