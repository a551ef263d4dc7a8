"""``[attestations.ID]``: what somebody says of a requirement that no machine can measure."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from synthetics.config.models import Attestation
from synthetics.config.told import told
from synthetics.config.values import Day, Link, Table
from synthetics.config.wording import value_of


def _not_before_on(value: date, info: ValidationInfo) -> date:
    on = info.data.get("on")
    if on is not None and value < on:
        what = f"{value_of(value)} is before {value_of(on)}, the day on which it was attested"
        raise told(what, "Write the last day on which it holds.")
    return value


class AttestationTable(Table):
    """``[attestations.ID]``."""

    by: str = Field(min_length=1, examples=["Maria Lind, security officer"])
    on: Day = Field(examples=[date(2026, 3, 1)])
    until: Annotated[Day, AfterValidator(_not_before_on)] = Field(examples=[date(2027, 2, 28)])
    link: Link = Field(examples=["https://wiki.example.com/security/bug-bounty"])
    note: str | None = Field(default=None, min_length=1, examples=["Renewed each March"])


def attestation(table: AttestationTable) -> Attestation:
    """Make of a table what the rest of the product sees."""
    return Attestation(**dict(table))
