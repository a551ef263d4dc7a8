"""What a run leaves behind: taking secrets out of it, and storing it."""
