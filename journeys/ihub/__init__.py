"""Integration Hub for Jira (iHub): flows that start on Jira's events."""
