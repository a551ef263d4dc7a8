"""Addresses as people write them: of a site, its status page, an app's own services, a proxy; a path; a link."""

from urllib.parse import SplitResult, urlsplit

from synthetics.config.told import told
from synthetics.config.wording import value_of

_SCHEMES = frozenset({"http", "https"})


def site(value: str) -> str:
    """Check the address of an Atlassian site: a scheme and a host.

    Raises:
        PydanticCustomError: Where it is none.
    """
    example = "Write the address alone, such as https://rixter-demo.atlassian.net."
    parts = _split(value, example, "Name an account in `account`, and write the address alone.")
    return _refuse_more_than_host(value, parts, "more than the site in it")


def status_page(value: str) -> str:
    """Check the address of a host's status page: a scheme and a host.

    Raises:
        PydanticCustomError: Where it is none.
    """
    example = "Write the address alone, such as https://status.example.com."
    parts = _split(value, example, "Write the address alone: a status page is read without signing in.")
    return _refuse_more_than_host(value, parts, "more than the status page in it")


def proxy(value: str) -> str:
    """Check the address of a proxy: a scheme and a host.

    Raises:
        PydanticCustomError: Where it is none.
    """
    example = "Write the address alone, such as http://proxy.example.com:3128."
    parts = _split(value, example, "Write the address alone, and proxy_user and proxy_password beside it.")
    return _refuse_more_than_host(value, parts, "more than the proxy in it")


def base_url(value: str) -> str:
    """Check the base URL of a service; it may have a path.

    Raises:
        PydanticCustomError: Where it is none, or ends with a slash, so that paths could not be put behind it.
    """
    example = "Write an address such as https://api.example.com or https://example.com/api."
    parts = _split(value, example, "Write the address alone: a health check signs in nowhere.")
    bare = f"{parts.scheme}://{parts.netloc}{parts.path}".rstrip("/")
    if parts.query or parts.fragment or value.endswith(("?", "#")):
        raise told(f"{value_of(value)} has more than a path in it", f"Write {bare}.")
    if value.endswith("/"):
        raise told(f"{value_of(value)} has a slash at its end", f"Write {bare}.")
    return value


def health_path(value: str) -> str:
    """Check the path of a health check: what is put behind each base URL.

    Raises:
        PydanticCustomError: Where it is an address of its own, or has a query in it.
    """
    example = "Write one path for all base URLs, such as /health."
    if not value.startswith("/") or value.startswith("//"):
        raise told(f"{value_of(value)} is not a path that begins with one slash", example)
    if any(each.isspace() or each in "?#" for each in value):
        raise told(f"{value_of(value)} has more than a path in it", example)
    return value


def link(value: str) -> str:
    """Check the address of a page that people can look at.

    Raises:
        PydanticCustomError: Where it is none, or has a user name in it.
    """
    example = "Write an address such as https://wiki.example.com/security."
    _split(value, example, "Write the address alone: it is shown to everybody who reads what is attested.")
    return value


def _split(value: str, example: str, without_user: str) -> SplitResult:
    """Take an address apart.

    Args:
        value: What was written.
        example: How to mend what is no address.
        without_user: How to mend an address with a user name in it.
    """
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise told(f"{value_of(value)} is not an address", example) from None
    if "@" in parts.netloc:
        # Whatever stands before the @ may be a password: the value is not shown.
        raise told("the address has a user name in it", without_user)
    if parts.scheme not in _SCHEMES or not host or any(each.isspace() for each in value):
        raise told(f"{value_of(value)} is not an address of http or https", example)
    return parts


def _refuse_more_than_host(value: str, parts: SplitResult, more: str) -> str:
    if parts.path or parts.query or parts.fragment or value.endswith(("?", "#")):
        slash = parts.path == "/" and not parts.query and not parts.fragment
        what = "a slash at its end" if slash else more
        raise told(f"{value_of(value)} has {what}", f"Write {parts.scheme}://{parts.netloc}.")
    return value
