"""Confluence itself, without any app: what tells a host in trouble from an app in trouble."""
