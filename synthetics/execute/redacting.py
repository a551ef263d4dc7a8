"""Taking secrets out of what pytest reports of a test, before anybody shows or writes it."""

import pytest

from synthetics.artifacts.redaction import Redactor


def redact_report(report: pytest.TestReport, redactor: Redactor) -> None:
    """Take secrets out of a report: its failure with the arguments and variables in it, what was printed, its extras.

    Args:
        report: Changed in place, since everybody who shows it is given the same one.
        redactor: Knows the secrets.
    """
    _redact_failure(report, redactor)
    report.sections = [(redactor.text(title), redactor.text(content)) for title, content in report.sections]
    report.user_properties = [(name, _value(value, redactor)) for name, value in report.user_properties]
    for extra in getattr(report, "extras", ()):  # pytest-html's own, which are dictionaries
        extra.update({key: _value(value, redactor) for key, value in extra.items()})


def _redact_failure(report: pytest.TestReport, redactor: Redactor) -> None:
    """Leave a failure as it was where no secret is in it, and its text alone where one is.

    pytest keeps a failure as a tree whose parts are written one by one, in several colours: a secret is only found for
    certain in the whole text.
    """
    failure = report.longrepr
    if isinstance(failure, tuple):  # a skip
        file, line, reason = failure
        report.longrepr = (file, line, redactor.text(reason))
        return
    # The short summary shows the message by itself, which the text of some styles of tracebacks leaves out.
    message = str(getattr(getattr(failure, "reprcrash", None), "message", ""))
    text = report.longreprtext
    clean = redactor.text(text)
    if clean != text or redactor.text(message) != message:
        report.longrepr = clean


def _value(value: object, redactor: Redactor) -> object:
    return redactor.text(value) if isinstance(value, str) else value
