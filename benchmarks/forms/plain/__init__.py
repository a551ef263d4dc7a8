"""The journey for pytest with pytest-playwright and nothing of ours; it is copied away from the checkout to run."""
