"""Addresses as they may be told: without what may be secret in them."""

import re
from urllib.parse import parse_qsl, urlsplit, urlunsplit

_NETWORK = frozenset({"http", "https", "ws", "wss"})
_LONGEST = 300
_IN_TEXT = re.compile(r"(?:https?|wss?)://[^\s'\"<>()`]+")


def bare_url(url: str) -> str:
    """An address without what may be secret in it: the values of its query, its fragment, a user's name and password.

    Args:
        url: As the browser has it.

    Returns:
        The address with the names of its query kept; the scheme alone of one that holds its content.
    """
    parts = urlsplit(url)
    if parts.scheme not in _NETWORK:
        return f"{parts.scheme}:" if parts.scheme in {"data", "blob", "javascript"} else url
    names = "&".join(f"{name}=" for name, _value in parse_qsl(parts.query, keep_blank_values=True))
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, names, ""))


def origin_and_path(url: str) -> tuple[str, str]:
    """The two parts of an address that say whom it asks, and for what.

    Args:
        url: As the browser has it.

    Returns:
        Scheme, host and port, and the path alone, not too much of it; the origin of what asks nobody is empty.
    """
    parts = urlsplit(url)
    if parts.scheme not in _NETWORK:
        return "", ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}", shortened(parts.path)


def with_bare_urls(text: str) -> str:
    """A text whose addresses are bare: the browser tells of a frame that it refuses with all that is in its address.

    Args:
        text: What a browser or a script says.
    """
    return _IN_TEXT.sub(lambda found: _bare_or_nothing(found[0]), text)


def _bare_or_nothing(url: str) -> str:
    try:
        return bare_url(url)
    except ValueError:  # it only looked like an address
        return "..."


def shortened(address: str) -> str:
    """An address that is not too long; of the part that is cut nothing stays, lest it be half a secret.

    Args:
        address: A path, or a bare address.
    """
    return address if len(address) <= _LONGEST else address[:_LONGEST].rpartition("/")[0] + "/..."
