"""The part of JQL that the site understands."""

import pytest

from synthetics.standin.jql import JqlError, parse
from synthetics.standin.persona import DEFAULT
from synthetics.standin.seed import seeded_jira


def _keys(jql: str) -> list[str]:
    return [issue.key for issue in parse(jql).of(seeded_jira(DEFAULT).issues())]


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        pytest.param("project = SYN", ["SYN-5", "SYN-4", "SYN-3", "SYN-2", "SYN-1"], id="the newest come first"),
        pytest.param("project = OTHER", [], id="another project has none"),
        pytest.param("labels = orders", ["SYN-2"], id="by label"),
        pytest.param('project=syn and labels = "checkout"', ["SYN-4"], id="any capitals, spaces or none, quotes"),
        pytest.param('status = "To Do" ORDER BY created ASC', ["SYN-2", "SYN-4"], id="the oldest first"),
        pytest.param("status = 'Done' order by created desc", ["SYN-3"], id="single quotes"),
        pytest.param("key = SYN-3", ["SYN-3"], id="by key"),
        pytest.param("project = SYN AND labels = export AND status = Done", [], id="all clauses must hold"),
    ],
)
def test_parse_understands(jql: str, keys: list[str]) -> None:
    assert _keys(jql) == keys


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        pytest.param("", "Unbounded JQL queries are not allowed here", id="an empty query"),
        pytest.param("ORDER BY created", "Unbounded JQL queries are not allowed here", id="an order alone"),
        pytest.param("project = SYN OR labels = x", "'project = SYN OR labels = x' is not supported", id="OR"),
        pytest.param("created >= -1d", "'created >= -1d' is not supported", id="another comparison"),
        pytest.param("reporter = eva", "Field 'reporter' does not exist or is not supported here", id="another field"),
        pytest.param("project = SYN ORDER BY rank", "'ORDER BY rank' is not supported", id="another order"),
        pytest.param("labels in (a, b)", "'labels in (a, b)' is not supported", id="a list"),
    ],
)
def test_parse_refuses_and_says_which_part(jql: str, said: str) -> None:
    with pytest.raises(JqlError) as caught:
        parse(jql)
    assert said in str(caught.value)
