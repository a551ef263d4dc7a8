"""The stand-in as a process, the way everybody else starts it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

# A busy machine with two cores needs a second or two for what takes a quarter of one alone.
PATIENCE_SECONDS = 20.0
_CHECKOUT = Path(__file__).parents[2]
_IHUB = "2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10/b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21"
ADMIN_PATH = f"/jira/apps/{_IHUB}"
IHUB_ADMIN = f"ari:cloud:ecosystem::extension/{_IHUB}/static/ihub-admin"


@dataclass(frozen=True, kw_only=True)
class Standin:
    """A stand-in that runs, and what it said of itself."""

    process: subprocess.Popen[str]
    site: str
    signin: str
    cdn: str
    backend: str
    connect: str
    status: str
    control: str
    accounts: dict[str, dict[str, str]]
    project: str
    apps: dict[str, dict[str, str]]
    email: str
    password: str
    api_token: str

    def rest(self) -> httpx.Client:
        """A client that speaks REST as the seeded account."""
        return httpx.Client(base_url=self.site, auth=(self.email, self.api_token), trust_env=False)

    def browserless(self, **options: Any) -> httpx.Client:
        """A client that keeps cookies as a browser does and has signed in nowhere yet."""
        return httpx.Client(base_url=self.site, follow_redirects=True, trust_env=False, **options)

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin that belongs to it."""
        return (self.site, self.signin, self.cdn, self.backend, self.connect, self.status, self.control)

    @contextmanager
    def signed_in(self) -> Iterator[httpx.Client]:
        """A client with a session of the site."""
        credentials = {"email": self.email, "password": self.password, "continue": f"{self.site}/jira/your-work"}
        with self.browserless() as client:
            answer = client.post(f"{self.signin}/login/password", json=credentials, headers={"Origin": self.signin})
            client.get(answer.json()["redirect"]).raise_for_status()
            yield client

    def invoke(
        self, client: httpx.Client, function: str, payload: Any = None, *, extension: str = IHUB_ADMIN, **context: Any
    ) -> dict[str, Any]:
        """What the gateway answers to an invocation, as the page that holds the app would send it."""
        asked = {"extensionId": extension, "context": context, "functionKey": function, "payload": payload}
        body = {"operationName": "forge_ui_invokeExtension", "variables": {"input": asked}}
        answer = client.post("/gateway/api/graphql", json=body, headers={"Origin": self.site})
        answer.raise_for_status()
        done: dict[str, Any] = answer.json()["data"]["invokeExtension"]
        return done

    @contextmanager
    def fault(self, name: str, **asked: Any) -> Iterator[None]:
        """Something that goes wrong inside this context."""
        with self._on(f"faults/{name}", asked):
            yield

    @contextmanager
    def switch(self, name: str) -> Iterator[None]:
        """Something that is different inside this context, without being wrong."""
        with self._on(f"switches/{name}"):
            yield

    @contextmanager
    def _on(self, place: str, asked: dict[str, Any] | None = None) -> Iterator[None]:
        at = f"{self.control}/_standin/{place}"
        httpx.put(at, json=asked or {}, trust_env=False).raise_for_status()
        try:
            yield
        finally:
            httpx.delete(at, trust_env=False).raise_for_status()


def start(*options: str) -> subprocess.Popen[str]:
    """Start the process; it ends with this process's end of its standard input, whatever happens to the test."""
    return subprocess.Popen(
        [sys.executable, "-m", "synthetics.standin", "--exit-with-stdin", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=_CHECKOUT,
    )


def announced(process: subprocess.Popen[str]) -> Standin:
    """What a process that was started says of itself."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, f"the stand-in said nothing: {process.stderr.read() if process.stderr else ''}"
    said = json.loads(line)
    return Standin(process=process, **said.pop("account"), **said)


def stop(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """End a process by the end of its standard input; its exit code and the rest of what it said."""
    try:
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        # The test has failed, and must not leave the process behind.
        process.kill()
        process.communicate()
        raise
    return process.returncode, out, err


@contextmanager
def a_standin(*options: str) -> Iterator[Standin]:
    """A stand-in inside this context, which must end well."""
    process = start(*options)
    try:
        yield announced(process)
    finally:
        ended = stop(process)
    assert ended == (0, "", "")


def eventually(look: Callable[[], bool], what: str) -> None:
    """Look again until it is so; fail when the patience is over."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    pause = threading.Event()
    while not look():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS:.0f} s: {what}"
        pause.wait(0.02)


def a_document(text: str) -> dict[str, Any]:
    """An Atlassian document of one paragraph."""
    return {
        "type": "doc",
        "version": 1,
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def an_issue(summary: str = "Made by a test", **fields: Any) -> dict[str, Any]:
    """The body of a request that makes an issue."""
    return {"fields": {"project": {"key": "SYN"}, "issuetype": {"name": "Task"}, "summary": summary, **fields}}
