"""Alembic runs this file for every command; the connection, its transaction open, comes from the caller."""

from alembic import context

from synthetics.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
