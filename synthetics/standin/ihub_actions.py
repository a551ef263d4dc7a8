"""What flows of iHub do: comment on an issue of the site, or call an address elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx

from synthetics.standin import adf
from synthetics.standin.ihub_flows import Flow, filled_in
from synthetics.standin.ihub_form import CALL

_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Done:
    """What came of an action.

    Args:
        issue: The key of the issue that it was about; empty for none.
        reason: Why it failed; empty where it did not.
    """

    issue: str
    reason: str


class Actions:
    """Carries actions out.

    Args:
        http: The client.
        site: The site's origin.
    """

    def __init__(self, http: httpx.AsyncClient, site: str) -> None:
        self._http = http
        self._site = site

    async def carry_out(self, flow: Flow, event: Mapping[str, Any], token: str) -> Done:
        """Do what a flow does.

        Args:
            flow: The flow.
            event: What started it.
            token: As whom it acts on the site.

        Returns:
            What came of it; nothing is raised for a site or an address that does not do its part.
        """
        text = filled_in(flow, event)
        about = flow.issue or event.get("issue", {}).get("key", "")
        reason = await (self._call(flow, about, text) if flow.action == CALL else self._comment(about, text, token))
        return Done(issue=about, reason=reason)

    async def _comment(self, issue: str, text: str, token: str) -> str:
        """Comment on an issue as the app; the reason why it could not be done, or nothing."""
        path = f"/rest/api/3/issue/{issue}/comment"
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self._post(self._site + path, {"body": adf.from_text(text)}, headers)
        if isinstance(answer, str):
            return f"Jira did not answer ({answer})."
        if answer.status_code == HTTPStatus.CREATED:
            return ""
        return f"Jira answered {answer.status_code} {answer.reason_phrase} to the comment on {issue}."

    async def _call(self, flow: Flow, issue: str, text: str) -> str:
        """Call the flow's address; the reason why it could not be done, or nothing."""
        answer = await self._post(flow.address, {"flow": flow.name, "issue": issue or None, "text": text}, {})
        if isinstance(answer, str):
            return f"{flow.address} did not answer ({answer})."
        return "" if answer.is_success else f"{flow.address} answered {answer.status_code} {answer.reason_phrase}."

    async def _post(self, address: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> httpx.Response | str:
        """The answer, or the name of what went wrong where there is none."""
        try:
            return await self._http.post(address, json=body, headers=headers, timeout=_TIMEOUT_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__
