"""
What a session makes for itself never comes before what the database knows, and a code tells nothing about another giver's rows.

A temporary type or table is found before those of `pg_catalog` unless `pg_temp` is named last: a privileged function would then run
the check of somebody else's type with its own powers. And the key of the inbox ends with the giver, so that a giver who writes a code
that another gave meets nothing.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

PATH = """
DO $$ DECLARE f regprocedure; BEGIN
  FOR f IN SELECT p.oid FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('sec', 'audit', 'hub') LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = {path}', f);
  END LOOP;
END $$;
"""
KEY = "ALTER TABLE hub.inbox DROP CONSTRAINT inbox_pkey, ADD CONSTRAINT inbox_pkey PRIMARY KEY ({key});"


def upgrade() -> None:
    op.execute(PATH.replace("{path}", "pg_catalog, pg_temp") + KEY.format(key="recipient, code, kind, giver"))


def downgrade() -> None:
    op.execute(KEY.format(key="recipient, code, kind") + PATH.replace("{path}", "pg_catalog"))
