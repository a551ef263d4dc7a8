"""How one run happens: seats with a supervisor each, its workers, what they said folded into evidence, the record.

Nothing is imported here: a supervisor is a small process, and importing one module of this room must not bring all.
"""
