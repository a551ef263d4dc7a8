"""An Atlassian-like cloud site on loopback, with the iHub app installed and faults that can be switched on.

It is a process of its own (``python -m synthetics.standin``) and imports nothing else of this package: what it
shares with the monitor is HTTP, and one line of JSON that says where it listens.
"""
