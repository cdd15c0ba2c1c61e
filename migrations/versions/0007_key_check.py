"""Under which keys this database was filled: eight bytes per key, which tell whether it is the same one and nothing about it."""

from alembic import op

revision = "0007"
down_revision = "0006"

UP = """
CREATE TABLE hub.key_check (
  label text NOT NULL, version int NOT NULL, scope text NOT NULL, fingerprint bytea NOT NULL,
  CONSTRAINT key_check_pkey PRIMARY KEY (label, version, scope), CONSTRAINT key_check_fingerprint_check CHECK (length(fingerprint) = 8));
ALTER TABLE hub.key_check ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.key_check FORCE ROW LEVEL SECURITY;
CREATE POLICY compare ON hub.key_check FOR SELECT TO hub_clerk USING (true);
CREATE POLICY note ON hub.key_check FOR INSERT TO hub_clerk WITH CHECK (true);
GRANT SELECT, INSERT ON hub.key_check TO hub_clerk;
"""

DOWN = "DROP TABLE hub.key_check;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
