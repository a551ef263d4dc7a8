"""What was seen of a run: by its browser (``traffic``), by the runner (``surroundings``), and kept (``recorded``).

These are plain values below the record, which holds some of them; ``synthetics.evidence`` gives all of them again.
"""
