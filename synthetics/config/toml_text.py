"""Reading a TOML file, or saying in one problem why it cannot be read."""

import re
import tomllib
from pathlib import Path
from typing import Any

from synthetics.config.wording import shown
from synthetics.errors import Problem

_PLACE = re.compile(r" \(at (.+)\)$")


def read_toml(file: Path) -> tuple[dict[str, Any], Problem | None]:
    """Read a TOML file.

    Args:
        file: The file.

    Returns:
        What is in it, and None; or nothing, and why it cannot be read.
    """
    name, content = shown(file), ""
    try:
        content = file.read_text(encoding="utf-8")
        return tomllib.loads(content), None
    except FileNotFoundError:
        return {}, Problem(name, "", "there is no such file", "Make it, or name another one with --config PATH.")
    except OSError as error:
        return {}, Problem(name, "", f"it cannot be read: {error.strerror}", "Name a file that can be read.")
    except UnicodeDecodeError as error:
        return {}, Problem(name, f"byte {error.start + 1}", "it is not text in UTF-8", "Save it as UTF-8.")
    except tomllib.TOMLDecodeError as error:
        what = f"it is not TOML: {_PLACE.sub('', str(error))}"
        return {}, Problem(name, _place_of(error, content), what, "Mend the syntax there, or just before it.")
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or as many brackets: Python gives up before tomllib has a word for it.
        return {}, Problem(name, "", f"it is not TOML: {error}", "Write shorter numbers and flatter lists.")


def _place_of(error: tomllib.TOMLDecodeError, content: str) -> str:
    """Say the line and the column of an error of syntax; what is missing is missing at the end."""
    place = _PLACE.search(str(error))
    if place is not None and place[1].startswith("line"):
        return place[1]
    *before, last = content.split("\n")
    return f"line {len(before) + 1}, column {len(last) + 1}"
