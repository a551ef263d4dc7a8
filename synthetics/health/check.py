"""What a health check asks for."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from synthetics.authoring.owners import Owners
from synthetics.catalogue import Journey
from synthetics.config.app import App
from synthetics.config.models import Target
from synthetics.errors import CallerError
from synthetics.seen.traffic import Owner


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthCheck:
    """One address to be asked.

    Args:
        url: The address: nothing but this is asked for, wherever the answer points.
        owner: Whose it is.
        target: The site near which it is asked: it tells the way, by its proxy and its authorities.
        timeout_ms: How long it may take in all, from the look-up of its name to the last byte.
    """

    url: str
    owner: Owner
    target: Target
    timeout_ms: int

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.lower()}"

    @property
    def path(self) -> str:
        """The path alone."""
        return urlsplit(self.url).path or "/"


def check_of(journey: Journey, app: App, target: Target) -> HealthCheck:
    """The check that a health journey makes on a target.

    Args:
        journey: A health journey of the app.
        app: The app as it is on the target.
        target: The site.

    Raises:
        CallerError: Where the app has no such base URL there.
    """
    base_url = app.base_urls.get(journey.base_url or "")
    if base_url is None or app.health_path is None:
        raise CallerError(
            f"{journey.name}: on {target.name} the app {app.name} has no base URL {journey.base_url}.\n"
            f"  Write it below [base_urls] in journeys/{app.name}/app.toml, or for this target alone."
        )
    url = base_url + app.health_path
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc.lower()}"
    owner = Owners(target.site, app).of(origin, in_app_frame=True)
    return HealthCheck(
        url=url,
        owner=owner if owner in {Owner.APP, Owner.BACKEND} else Owner.APP,
        target=target,
        timeout_ms=journey.timeout_ms,
    )


def check_of_site(target: Target, timeout_ms: int) -> HealthCheck:
    """The site itself, asked for whether anything is reached at all."""
    return HealthCheck(url=f"{target.site}/", owner=Owner.SITE, target=target, timeout_ms=timeout_ms)
