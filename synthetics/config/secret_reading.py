"""Reading secrets from where they are kept: an environment variable or a file."""

import base64
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from synthetics.config.values import SecretReference
from synthetics.config.wording import shown


class UnreadableSecretError(Exception):
    """A secret cannot be read now.

    Args:
        what: One sentence without a full stop: what is wrong.
        mend: One sentence: how to mend it.
    """

    def __init__(self, what: str, mend: str) -> None:
        self.what = what
        self.mend = mend
        super().__init__(f"{what}. {mend}")


def read_secret(reference: SecretReference, folder: Path, environ: Mapping[str, str]) -> SecretStr:
    """Read a secret.

    Args:
        reference: Where it is kept.
        folder: The folder to which a relative path is relative.
        environ: The environment.

    Returns:
        The secret; a file's without the line end at its end.

    Raises:
        UnreadableSecretError: Where there is none, or it is empty.
    """
    if reference.file is not None:
        return SecretStr(_from_file(folder / reference.file))
    name = str(reference.env)
    value = environ.get(name)
    if not value:
        state = "not set" if value is None else "empty"
        raise UnreadableSecretError(
            f"the environment variable {name} is {state}",
            f"Set {name} where this runs, or keep the secret in a file.",
        )
    return SecretStr(value)


def as_totp_secret(secret: SecretStr) -> SecretStr:
    """Write what one-time codes are made of as programs want it: sites show it in small letters, and in groups.

    Args:
        secret: As it is kept.

    Returns:
        Base32 in capitals, without blanks and without padding.

    Raises:
        UnreadableSecretError: Where it is not base32.
    """
    text = "".join(secret.get_secret_value().split()).upper().rstrip("=")
    try:
        base64.b32decode(text + "=" * (-len(text) % 8))
    except ValueError:
        text = ""
    if not text:
        mend = "Keep the secret itself there, letters and the digits 2 to 7, and not a code made of it."
        raise UnreadableSecretError("what is kept there is no secret for one-time codes (base32)", mend)
    return SecretStr(text)


def _from_file(path: Path) -> str:
    """Read a file's only line."""
    try:
        text = path.read_text(encoding="utf-8").removesuffix("\n")
    except UnicodeDecodeError:
        # The error's own text would show bytes of the secret.
        raise UnreadableSecretError(f"the file {shown(path)} is not text in UTF-8", "Write it anew.") from None
    except OSError as error:
        raise UnreadableSecretError(
            f"the file {shown(path)} cannot be read: {error.strerror}",
            "Write the secret into that file, readable for the account that runs this.",
        ) from None
    if not text:
        raise UnreadableSecretError(f"the file {shown(path)} is empty", "Write the secret into it.")
    return text
