"""What a worker is told about the one run that it is to make."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from synthetics.config.app import App
from synthetics.config.models import Target


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """One run, as its worker needs to know it.

    Args:
        run_id: The run's short name; what the journey creates on the site is tagged with it.
        app: The journey's app, as it is on the target.
        target: The site, with the account that signs in.
        browser_executable: The browser to start.
        output_folder: Where artifacts go; private to this run.
        session: What an earlier run kept of the account's session; None where the account has to sign in.
    """

    run_id: str
    app: App
    target: Target
    browser_executable: Path
    output_folder: Path
    session: SecretStr | None = None

    def to_wire(self) -> dict[str, Any]:
        """The assignment as plain JSON values, its secrets in clear: for the worker's pipe and nowhere else."""
        revealed = {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in self.target.account
        }
        password = self.target.proxy_password
        target = self.target.model_dump(mode="json", exclude={"account", "proxy_password"}) | {
            "account": revealed,
            "proxy_password": None if password is None else password.get_secret_value(),
        }
        return {
            "run_id": self.run_id,
            "app": self.app.model_dump(mode="json"),
            "target": target,
            "browser_executable": str(self.browser_executable),
            "output_folder": str(self.output_folder),
            "session": None if self.session is None else self.session.get_secret_value(),
        }

    @classmethod
    def from_wire(cls, values: dict[str, Any]) -> "Assignment":
        """Read an assignment back.

        Raises:
            KeyError: Where a part is missing.
            pydantic.ValidationError: Where a part is not what it should be.
        """
        return cls(
            run_id=values["run_id"],
            app=App.model_validate(values["app"]),
            target=Target.model_validate(values["target"]),
            browser_executable=Path(values["browser_executable"]),
            output_folder=Path(values["output_folder"]),
            session=None if values["session"] is None else SecretStr(values["session"]),
        )
