"""The evidence for a programme's reviewer: what is asked for, what there is, and what may be concluded from that."""
