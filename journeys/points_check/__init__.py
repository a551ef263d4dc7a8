"""Story Points Check: a panel on an issue that says whether its estimate is a good one."""
