"""What is said over the wire is heard as it was said, in one line whatever is in it."""

from hypothesis import given
from hypothesis import strategies as st

from synthetics.execute.wire import REPORT, Command, Report, RunOrder, WorkerSpec


@given(st.builds(Report))
def test_report_is_heard_as_it_was_said(report: Report) -> None:
    line = report.to_line()
    assert (line[:1], line.index(b"\n")) == (REPORT, len(line) - 1)
    assert Report.from_json(line[1:]) == report


@given(
    st.builds(
        Command,
        spec=st.none() | st.builds(WorkerSpec),
        run=st.none() | st.builds(RunOrder, told=st.dictionaries(st.text(), st.text() | st.integers(), max_size=3)),
    )
)
def test_command_is_heard_as_it_was_said(command: Command) -> None:
    line = command.to_line()
    assert line.index(b"\n") == len(line) - 1
    assert Command.from_line(line[:-1]) == command
