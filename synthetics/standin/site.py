"""The site: pages, REST, gateway and switch put together."""

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from synthetics.standin.faults import FaultSwitch
from synthetics.standin.gateway import Gateway
from synthetics.standin.jira_pages import JiraPages
from synthetics.standin.rendering import STATIC
from synthetics.standin.rest import Rest
from synthetics.standin.rest_errors import HANDLERS
from synthetics.standin.site_context import SiteContext
from synthetics.standin.switch_api import SwitchApi


def site_app(context: SiteContext, switch: FaultSwitch) -> Starlette:
    """The site's application."""
    return Starlette(
        routes=[
            *SwitchApi(switch).routes(),
            Mount("/static", StaticFiles(directory=STATIC / "site")),
            *Rest(context).routes(),
            *Gateway(context).routes(),
            *JiraPages(context).routes(),
        ],
        exception_handlers=HANDLERS,
    )
