"""Runs of ours that listen to nothing."""
