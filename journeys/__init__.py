"""The journeys: a folder for each app."""
