"""The site's data."""

from datetime import UTC, datetime

import pytest

from synthetics.standin import adf
from synthetics.standin.forge_apps import IHUB
from synthetics.standin.persona import DEFAULT
from synthetics.standin.seed import seeded_jira
from synthetics.standin.state import Issue, NotFoundError, labels_of

_NOW = datetime(2026, 3, 1, tzinfo=UTC)
_USER = DEFAULT.accounts[0].user


def _an_issue() -> Issue:
    return Issue(summary="s", description=None, issue_type="Task", labels=(), creator=_USER, created=_NOW)


def test_seed_is_the_same_each_time() -> None:
    assert seeded_jira(DEFAULT) == seeded_jira(DEFAULT)
    assert [issue.key for issue in seeded_jira(DEFAULT).issues()] == ["SYN-1", "SYN-2", "SYN-3", "SYN-4", "SYN-5"]


def test_seeded_issues_start_no_seeded_flow() -> None:
    assert "escalation" not in labels_of(seeded_jira(DEFAULT).issues())


def test_issue_is_found_by_key_in_any_capitals_and_by_id() -> None:
    jira = seeded_jira(DEFAULT)
    assert jira.issue("syn-2") is jira.issue("SYN-2") is jira.issue("10002")


def test_issue_keys_are_never_given_twice() -> None:
    jira = seeded_jira(DEFAULT)
    jira.delete_issue("SYN-5")
    assert jira.create_issue(_an_issue()).key == "SYN-6"
    with pytest.raises(NotFoundError):
        jira.issue("SYN-5")


def test_comments_come_and_go() -> None:
    jira = seeded_jira(DEFAULT)
    comment = jira.add_comment("SYN-3", _USER, adf.from_text("x"), _NOW)
    assert jira.issue("SYN-3").comments == (comment,)
    jira.delete_comment("SYN-3", comment.id)
    assert jira.issue("SYN-3").comments == ()
    with pytest.raises(NotFoundError):
        jira.delete_comment("SYN-3", comment.id)


def test_user_by_email_ignores_capitals_and_knows_nobody_else() -> None:
    jira = seeded_jira(DEFAULT)
    assert jira.user_by_email(f" {DEFAULT.accounts[0].credentials.email.upper()} ") == _USER
    assert jira.user_by_email("somebody@else.example") is None


def test_initials_come_from_the_first_and_the_last_word() -> None:
    assert IHUB.account.initials == "IJ"
    assert _USER.initials == "SJ"
