"""The steps of a run in pytest's own reports: on the terminal at a failure, and in pytest-html's page."""

import base64
import os
from html import escape
from pathlib import Path
from urllib.parse import quote

import pytest

from synthetics.authoring.run import Run, StepUnderWay

_INDENT = "    "


def show_steps(config: pytest.Config, report: pytest.TestReport, run: Run) -> None:
    """Add the steps to the report of the phase that ends a test: the call, or what failed before or after it.

    Args:
        config: The session's configuration.
        report: pytest's report of one phase.
        run: The run, with its steps so far.
    """
    if not run.steps or (report.when != "call" and not report.failed):
        return
    if report.failed:
        report.sections.append(("Steps", _as_text(run)))
    if config.pluginmanager.hasplugin("html") and config.getoption("htmlpath", default=None):
        # As pytest-html's documentation has it: a list of plain dictionaries at the report.
        extra = {
            "name": None,
            "format_type": "html",
            "content": _as_html(run, config),
            "mime_type": None,
            "extension": None,
        }
        report.extras = [*getattr(report, "extras", ()), extra]  # type: ignore[attr-defined]  # pytest-html reads it


def _as_text(run: Run) -> str:
    lines = []
    for step in run.steps:
        lines.append(f"{_INDENT * step.depth}{_state(step):7} {_duration(step):>9}  {step.title}")
        if step.ended is not None and step.ended.screenshot is not None:
            lines.append(f"{_INDENT * step.depth}{'':17}  {run.output / step.ended.screenshot}")
    return "\n".join(lines)


def _as_html(run: Run, config: pytest.Config) -> str:
    rows = "".join(_row(step, run, config) for step in run.steps)
    return (
        '<table class="synthetics-steps"><thead><tr><th>Step</th><th>Result</th><th>Duration</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(step: StepUnderWay, run: Run, config: pytest.Config) -> str:
    row = (
        f'<tr><td style="padding-left: {step.depth * 1.5}em">{escape(step.title)}</td>'
        f"<td>{_state(step)}</td><td>{_duration(step)}</td></tr>"
    )
    if step.ended is None or step.ended.error is None:
        return row
    error = step.ended.error
    what = f"<p><code>{escape(error.type)}</code> {escape(error.message)}</p>"
    if step.ended.url is not None:
        what += f"<p>at <code>{escape(step.ended.url)}</code></p>"
    for failed in step.ended.failed_requests:
        answer = failed.status if failed.status is not None else failed.failure
        what += f"<p><code>{escape(f'{failed.method} {failed.url}')}</code>: {escape(str(answer))}</p>"
    for text in step.ended.console_errors:
        what += f"<p>console: <code>{escape(text)}</code></p>"
    if step.ended.screenshot is not None:
        source = escape(_source(run.output / step.ended.screenshot, config))
        what += f'<a href="{source}"><img src="{source}" alt="The page at the failure" style="max-width: 40em"></a>'
    return f'{row}<tr><td colspan="3">{what}</td></tr>'


def _source(picture: Path, config: pytest.Config) -> str:
    """The picture as pytest-html's page can show it: inside a page that stands alone, else beside it."""
    if config.getoption("self_contained_html", default=False):
        return f"data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()}"
    page = config.invocation_params.dir / Path(os.path.expandvars(config.getoption("htmlpath"))).expanduser()
    return quote(Path(os.path.relpath(picture, page.parent)).as_posix())


def _state(step: StepUnderWay) -> str:
    if step.ended is None:
        return "lasts"
    return "failed" if step.ended.error is not None else "passed"


def _duration(step: StepUnderWay) -> str:
    return f"{step.ended.duration_ms / 1000:.2f} s" if step.ended is not None else ""
