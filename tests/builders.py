"""Things that tests need many of, each with sensible values that a test overrides where it matters."""

from pathlib import Path

from synthetics.catalogue import Catalogue, Journey, Placement
from synthetics.config.app import App
from synthetics.record import Kind


def a_journey(
    name: str = "ihub.run_flow",
    *,
    every_ms: int = 300_000,
    timeout_ms: int = 60_000,
    steps: tuple[str, ...] = ("Open",),
    cron: str | None = None,
) -> Journey:
    app, _, short = name.partition(".")
    return Journey(
        name=name,
        app=app,
        title="A customer's path works",
        kind=Kind.BROWSER,
        file=Path("journeys") / app / f"test_{short}.py",
        function=f"test_{short}",
        file_sha256="0" * 64,
        steps=steps,
        every_ms=every_ms,
        timeout_ms=timeout_ms,
        cron=cron,
    )


def a_health_journey(base_url: str = "backend", app: str = "ihub", *, confirms: bool = True) -> Journey:
    return Journey(
        name=f"{app}.health_{base_url}",
        app=app,
        title=f"{app} answers its health check at {base_url}",
        kind=Kind.HEALTH,
        file=Path("journeys") / app / "app.toml",
        function="",
        file_sha256="0" * 64,
        steps=("GET /health",),
        every_ms=60_000,
        timeout_ms=3_000,
        confirms=confirms,
        base_url=base_url,
    )


def a_placement(
    name: str = "ihub.run_flow",
    *,
    target: str = "standin",
    location: str = "local",
    every_ms: int = 300_000,
    cron: str | None = None,
) -> Placement:
    return Placement(journey=a_journey(name, every_ms=every_ms, cron=cron), target=target, location=location)


def a_catalogue(*placements: Placement) -> Catalogue:
    apps = {each.journey.app: App(name=each.journey.app, title=each.journey.app) for each in placements}
    return Catalogue(apps=apps, placements=placements, problems=())
