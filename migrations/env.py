"""Runs the migrations as `hub_owner`, in one transaction, on the connection that `hub.kernel.migrate` hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="schema_version", version_table_schema="hub", transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
