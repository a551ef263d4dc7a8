"""What runs in an app's frame in the place of its own script, or before it."""

from synthetics.standin.faults.requests import TEAM_RADAR

# Each way to the host: over Forge's bridge, or by the handshake of Connect.
_FORGE = 'const met = window.__bridge.callBridge("getContext");\n'
_CONNECT = 'import { connect } from "./host.js";\nconst met = Promise.resolve(connect());\n'
_MOST_SECONDS = 60

INERT = """
const words = document.createElement("p");
words.setAttribute("role", "status");
words.textContent = "Loading\\u2026";
document.getElementById("root").append(words);
"""

# In blocks of their own: the app's script has names of its own.
THROWS = """
{
  const settings = window.standinSettings;
  console.log(settings.flows);
}
"""

_NOTICE = """
{
  const aside = document.createElement("aside");
  aside.setAttribute("role", "alert");
  aside.textContent = "The filter \\u201curgnt\\u201d was left out: there is no such priority. Correct it.";
  document.body.append(aside);
}
"""

_ERROR_PAGE = """
met.then(() => {
  const alert = document.createElement("div");
  alert.setAttribute("role", "alert");
  alert.append(document.createElement("h1"), document.createElement("p"));
  alert.firstChild.textContent = "Sorry, something went wrong on our side";
  alert.lastChild.textContent = "The app could not be started. Error 5d1c-40e7. Our team has been told.";
  document.getElementById("root").append(alert);
});
"""

_UNLICENSED = """
met.then(() => {
  const alert = document.createElement("div");
  alert.setAttribute("role", "alert");
  alert.textContent = "The licence of this app has expired. Ask an administrator of your site to renew it.";
  document.getElementById("root").append(alert);
});
"""


def _meets(app: str) -> str:
    return _CONNECT if app == TEAM_RADAR else _FORGE


def blank(app: str) -> str:
    """The app meets the host, and then shows nothing."""
    return _meets(app)


def error_page(app: str) -> str:
    """The app meets the host, and then says that it has failed."""
    return _meets(app) + _ERROR_PAGE


def unlicensed(app: str) -> str:
    """The app meets the host, and then says that its licence has expired."""
    return _meets(app) + _UNLICENSED


def with_notice(script: str) -> str:
    """The app's own script, and beside what it shows a message about a mistake of the user's."""
    return script + _NOTICE


def throwing(script: str) -> str:
    """The app's own script, which throws before its first own line."""
    # A module's imports run first wherever they stand, so the exception is thrown after them.
    return THROWS + script


def spinning(seconds: float) -> str:
    """A script that never gives the page's thread up, and ends by itself."""
    milliseconds = round(min(seconds, _MOST_SECONDS) * 1000)
    return f"const end = performance.now() + {milliseconds};\nwhile (performance.now() < end);\n"


def eating(mebibytes: float, seconds: float) -> str:
    """A script that takes memory, keeps it, and gives it back by itself; it starts nothing else."""
    return f"""
const MEBIBYTE = 1048576;
let eaten = [];
function bite() {{
  const bytes = new Uint8Array(16 * MEBIBYTE);
  for (let at = 0; at < bytes.length; at += 4096) bytes[at] = at;
  eaten.push(bytes);
  if (eaten.length * 16 < {round(mebibytes)}) setTimeout(bite, 10);
}}
bite();
setTimeout(() => {{ eaten = []; }}, {round(min(seconds, _MOST_SECONDS) * 1000)});
"""
