"""The vendor's Statuspage as a server, and the switch for what it says."""

from http import HTTPStatus
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from synthetics.standin.faults import SWITCH_PATH
from synthetics.standin.rendering import render
from synthetics.standin.statuspage_board import LEVELS, PAGE_ID, PAGE_NAME, StatusBoard, UnknownIndicatorError


class Statuspage:
    """The server that shows the board to anybody.

    Args:
        board: What is written.
        origin: The server's own origin.
    """

    def __init__(self, board: StatusBoard, origin: str) -> None:
        self._board = board
        self._origin = origin

    def app(self) -> Starlette:
        """Its application."""
        return Starlette(
            routes=[
                Route("/", self.page),
                Route("/api/v2/summary.json", self.summary),
                Route("/api/v2/status.json", self.status),
                Route("/api/v2/components.json", self.components),
                Route("/api/v2/incidents/unresolved.json", self.unresolved),
            ]
        )

    async def page(self, _request: Request) -> Response:
        """The page for people."""
        context = {
            "name": PAGE_NAME,
            "status": self._board.status(),
            "components": self._board.components(),
            "incidents": self._board.incidents(),
        }
        return render("statuspage.html", context)

    async def summary(self, _request: Request) -> Response:
        """Everything in one answer."""
        return self._answer(
            components=self._board.components(),
            incidents=self._board.incidents(),
            scheduled_maintenances=[],
            status=self._board.status(),
        )

    async def status(self, _request: Request) -> Response:
        """The headline alone."""
        return self._answer(status=self._board.status())

    async def components(self, _request: Request) -> Response:
        """The components alone."""
        return self._answer(components=self._board.components())

    async def unresolved(self, _request: Request) -> Response:
        """The incidents that are not over."""
        return self._answer(incidents=self._board.incidents())

    def _answer(self, **parts: Any) -> Response:
        page = {
            "id": PAGE_ID,
            "name": PAGE_NAME,
            "url": self._origin,
            "time_zone": "Etc/UTC",
            "updated_at": self._board.updated_at,
        }
        return JSONResponse({"page": page, **parts}, headers={"Access-Control-Allow-Origin": "*"})


class StatusSwitch:
    """Moves the board, over HTTP on the site's origin, where all the switches are.

    Args:
        board: What is written.
    """

    def __init__(self, board: StatusBoard) -> None:
        self._board = board

    def routes(self) -> list[Route]:
        """Where it is."""
        return [
            Route(f"{SWITCH_PATH}status", self.show),
            Route(f"{SWITCH_PATH}status/{{indicator}}", self.say, methods=["PUT"]),
        ]

    async def show(self, _request: Request) -> Response:
        """What the Statuspage says now."""
        return JSONResponse(self._board.status())

    async def say(self, request: Request) -> Response:
        """Make it say something else."""
        try:
            self._board.say(request.path_params["indicator"])
        except UnknownIndicatorError as error:
            body = {"message": f"{error}.", "indicators": list(LEVELS)}
            return JSONResponse(body, status_code=HTTPStatus.NOT_FOUND)
        return JSONResponse(self._board.status())
