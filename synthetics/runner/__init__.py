"""The loop, and the story of one slot: claim, execute, judge, redact, record, publish."""
