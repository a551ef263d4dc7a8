"""How synthetic traffic is told from people's: by the end of its user agent.

Not by a header of its own: a browser would send that to every origin, and each would first be asked by a CORS
preflight whether it may, which people's browsers do not do.
"""

MARK = "rixter-synthetics/0.1"
USER_AGENT = MARK


def marked(user_agent: str) -> str:
    """A browser's user agent with our mark at its end.

    Args:
        user_agent: As the browser would send it.
    """
    return user_agent if user_agent.endswith(MARK) else f"{user_agent} {MARK}"
