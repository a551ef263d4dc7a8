"""What was seen of a run: how it went (``course``), by its browser (``traffic``), by its runner (``surroundings``).

These are plain values below the record, which holds some of them; ``synthetics.evidence`` gives all of them again.
"""
