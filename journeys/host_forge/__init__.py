"""Forge itself, with an app that does nothing: what tells a Forge in trouble from an app in trouble."""
