"""Health checks: a GET of each base URL of an app, as a reliability programme makes it, without a browser.

Many of them go on at once in one event loop on one thread. What a check comes to is evidence like any other, for the
judge to say whose fault it was.
"""
