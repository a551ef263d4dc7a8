"""The site: pages, REST, gateway and switches put together."""

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from synthetics.standin.confluence_pages import ConfluencePages
from synthetics.standin.confluence_release_notes import ReleaseNotes
from synthetics.standin.confluence_rest import ConfluenceRest
from synthetics.standin.connect_host import ConnectHost
from synthetics.standin.faults import Facts, FaultSwitch
from synthetics.standin.gateway import Gateway
from synthetics.standin.jira_pages import JiraPages
from synthetics.standin.rendering import STATIC
from synthetics.standin.rest import Rest
from synthetics.standin.rest_attachments import Attachments
from synthetics.standin.rest_errors import HANDLERS
from synthetics.standin.site_context import SiteContext
from synthetics.standin.statuspage import StatusSwitch
from synthetics.standin.statuspage_board import StatusBoard
from synthetics.standin.switch_api import SwitchApi


def site_app(context: SiteContext, switch: FaultSwitch, board: StatusBoard, facts: Facts) -> Starlette:
    """The site's application.

    Args:
        context: What the parts of the site share.
        switch: Which faults are on.
        board: What the Statuspage says.
        facts: What faults know of this stand-in.

    Returns:
        The application.
    """
    context.app.host(context.persona.apps.release_notes, {"getReleaseNotes": ReleaseNotes(context.jira).of_project})
    connect = ConnectHost(context)
    pages = JiraPages(context, more_panels=connect.panels, more_links=connect.links())
    return Starlette(
        routes=[
            *SwitchApi(switch, context.switches, facts).routes(),
            *StatusSwitch(board).routes(),
            Mount("/static/confluence", StaticFiles(directory=STATIC / "confluence")),
            Mount("/static/connect", StaticFiles(directory=STATIC / "connect_host")),
            Mount("/static", StaticFiles(directory=STATIC / "site")),
            *Attachments(context).routes(),
            *Rest(context).routes(),
            *ConfluenceRest(context).routes(),
            *Gateway(context).routes(),
            *connect.routes(pages),
            *ConfluencePages(context).routes(),
            # The last of these answers every path that nobody else has.
            *pages.routes(),
        ],
        exception_handlers=HANDLERS,
    )
