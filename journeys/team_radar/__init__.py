"""Team Radar: a Connect app that shows how near each issue of a project is."""
