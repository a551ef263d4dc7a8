"""Loads the plugins that journeys are run with, so that the checkout works without being installed."""

pytest_plugins = ["synthetics.authoring.plugin", "synthetics.execute.by_hand"]
