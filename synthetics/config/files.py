"""What stands in the files, as people write it: ``synthetics.toml`` and ``app.toml``.

Paths are text and secrets are references here; ``models`` has what the rest of the product sees. Each field's example
is what a problem with it shows.
"""

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from synthetics.config.durations import EXAMPLES, parse_duration
from synthetics.config.wording import kind_of, value_of

#: The type of the validation errors that carry their own words, ``what`` and ``mend``, in their context.
TOLD = "told"

#: What targets, accounts and locations may be called: they are labels of metrics and parts of messages.
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
NAME_IN_WORDS = "a name of letters, digits, _, - and ."


def told(what: str, mend: str) -> PydanticCustomError:
    """Make a validation error that brings its own words."""
    return PydanticCustomError(TOLD, "{what}", {"what": what, "mend": mend})


def _duration(value: object) -> timedelta:
    if not isinstance(value, str):
        unit = f', such as "{value}s"' if type(value) is int and value > 0 else f", such as {EXAMPLES}"
        raise told(f"{value_of(value)} is {kind_of(value)}, not a duration", f"Write text with a unit{unit}.")
    try:
        return parse_duration(value)
    except ValueError as error:
        raise told(str(error), f"Write whole numbers with units, such as {EXAMPLES}.") from None


def _site(value: str) -> str:
    example = "Write the address alone, such as https://rixter-demo.atlassian.net."
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise told(f"{value_of(value)} is not an address", example) from None
    if "@" in parts.netloc:
        # Whatever stands before the @ may be a password: the value is not shown.
        raise told("the address has a user name in it", "Name an account in `account`, and write the address alone.")
    if parts.scheme not in {"http", "https"} or not host or any(each.isspace() for each in value):
        raise told(f"{value_of(value)} is not an address of http or https", example)
    if parts.path or parts.query or parts.fragment or value.endswith(("?", "#")):
        bare = f"{parts.scheme}://{parts.netloc}"
        slash = parts.path == "/" and not parts.query and not parts.fragment
        what = "a slash at its end" if slash else "more than the site in it"
        raise told(f"{value_of(value)} has {what}", f"Write {bare}.")
    return value


def _reference(value: object) -> object:
    if isinstance(value, dict) and len(value) == 1 and set(value) <= {"env", "file"}:
        return value
    # The value is not shown, whatever it is: it may be the secret itself.
    what = "a secret is written out here" if isinstance(value, str) else "this is no reference to a secret"
    raise told(what, 'Write { env = "NAME" } or { file = "path" }, and keep the secret itself there.')


Duration = Annotated[timedelta, BeforeValidator(_duration)]


class _Table(BaseModel):
    """A table whose keys are all known, and whose values are what they look like: no text is taken for a number."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class SecretReference(_Table):
    """Where a secret is kept."""

    # Capitals only, so that a secret written here by mistake is refused rather than shown as a missing variable.
    env: str | None = Field(
        default=None,
        pattern=r"^[A-Z_][A-Z0-9_]*$",
        description="a variable's name in capitals, digits and _",
        examples=["STAGING_PASSWORD"],
    )
    file: str | None = Field(default=None, min_length=1, examples=["secrets/staging"])


Secret = Annotated[SecretReference, BeforeValidator(_reference)]


class AccountTable(_Table):
    """``[accounts.NAME]``."""

    email: str = Field(min_length=1, examples=["monitor@example.com"])
    password: Secret | None = None
    api_token: Secret | None = None


class TargetTable(_Table):
    """``[targets.NAME]``."""

    embedded: bool = Field(default=False, examples=[True])
    site: Annotated[str, AfterValidator(_site)] | None = Field(
        default=None, examples=["https://rixter-demo.atlassian.net"]
    )
    account: str | None = Field(default=None, examples=["staging"])
    project: str = Field(
        default="SYN",
        pattern=r"^[A-Z][A-Z0-9_]+$",
        description="the key of a Jira project: capitals, digits and _",
        examples=["SYN"],
    )
    journeys: list[str] | None = Field(default=None, examples=[["ihub", "host_jira.open_issue"]])


class CadenceTable(_Table):
    """``[defaults]`` and ``[journey.NAME]``."""

    every: Duration | None = Field(default=None, examples=["5m"])
    timeout: Duration | None = Field(default=None, examples=["60s"])


class LimitsTable(_Table):
    """``[limits]``."""

    concurrency: int = Field(default=2, gt=0, examples=[2])
    grace: Duration = Field(default=timedelta(seconds=2), examples=["2s"])
    drain: Duration = Field(default=timedelta(seconds=30), examples=["30s"])


class WebTable(_Table):
    """``[web]``."""

    host: str = Field(default="127.0.0.1", min_length=1, examples=["127.0.0.1"])
    port: int = Field(default=9780, ge=0, le=65535, examples=[9780])


class BrowserTable(_Table):
    """``[browser]``."""

    executable: str | None = Field(default=None, min_length=1, examples=["/usr/bin/chromium"])


class SyntheticsFile(_Table):
    """All of ``synthetics.toml``."""

    location: str = Field(
        default="local",
        pattern=NAME.pattern,
        description=NAME_IN_WORDS,
        examples=["frankfurt"],
    )
    journeys: str = Field(default="journeys", min_length=1, examples=["journeys"])
    storage: str = Field(default="var", min_length=1, examples=["var"])
    limits: LimitsTable = LimitsTable()
    web: WebTable = WebTable()
    browser: BrowserTable = BrowserTable()
    defaults: CadenceTable = CadenceTable()
    journey: dict[str, CadenceTable] = {}
    targets: dict[str, TargetTable] = {}
    accounts: dict[str, AccountTable] = {}


class ForgeTable(_Table):
    """``[forge]``."""

    app: str = Field(min_length=1, examples=["2f1c6f0e-8d0b-4c55-9d1d-1f6d4b6f2a10"])
    environment: str = Field(min_length=1, examples=["b7a1c9de-53f4-4e02-a7a4-0c6a3f1f9d21"])
    ready: str = Field(min_length=1, examples=["[data-testid=app-ready]"])


class AppFile(_Table):
    """All of an ``app.toml``."""

    title: str = Field(min_length=1, examples=["iHub"])
    forge: ForgeTable | None = None
    defaults: CadenceTable = CadenceTable()
    journey: dict[str, CadenceTable] = {}
