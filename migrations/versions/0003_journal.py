"""The journal: every deed leaves a line in its own transaction, and nobody changes or removes one (design: security.md 7)."""

from alembic import op

revision = "0003"
down_revision = "0002"

UP = """
CREATE TABLE audit.entry (
  partner int NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY, seq bigint, at timestamptz NOT NULL DEFAULT clock_timestamp(),
  data bytea, leaf bytea NOT NULL,
  CONSTRAINT entry_pkey PRIMARY KEY (partner, id), CONSTRAINT entry_seq_key UNIQUE (seq),
  CONSTRAINT entry_leaf_check CHECK (length(leaf) = 32 AND (data IS NULL OR leaf = sha256('\\x00'::bytea || data))));
CREATE INDEX entry_newest_ix ON audit.entry (partner, at);
CREATE INDEX entry_unnumbered_ix ON audit.entry (id) WHERE seq IS NULL;
CREATE TABLE audit.tile (level int NOT NULL, n bigint NOT NULL, h bytea NOT NULL, CONSTRAINT tile_pkey PRIMARY KEY (level, n));
CREATE TABLE audit.head (one bool NOT NULL DEFAULT true, size bigint NOT NULL, root bytea NOT NULL, note text,
  CONSTRAINT head_pkey PRIMARY KEY (one), CONSTRAINT head_one_check CHECK (one));
INSERT INTO audit.head (size, root) VALUES (0, sha256(''::bytea));
CREATE TABLE audit.checkpoint (size bigint NOT NULL, root bytea NOT NULL, note text NOT NULL, at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT checkpoint_pkey PRIMARY KEY (size));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['entry', 'tile', 'head', 'checkpoint'] LOOP
  EXECUTE format('ALTER TABLE audit.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE audit.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY integrate ON audit.%I TO hub_log USING (true) WITH CHECK (true)', t);
END LOOP; END $$;
CREATE POLICY own ON audit.entry FOR SELECT TO hub_app, hub_clerk USING (partner = (SELECT sec.me()));
CREATE POLICY hub_itself ON audit.entry FOR SELECT TO hub_clerk USING (partner = 0);
CREATE POLICY append ON audit.entry FOR INSERT TO hub_post WITH CHECK (true);
CREATE POLICY published ON audit.checkpoint FOR SELECT TO hub_app, hub_clerk USING (true);
GRANT SELECT (partner, at, data, leaf, seq) ON audit.entry TO hub_app;
GRANT SELECT ON audit.entry TO hub_clerk;
GRANT SELECT, UPDATE (seq) ON audit.entry TO hub_log;
GRANT SELECT, INSERT, UPDATE ON audit.tile, audit.head TO hub_log;
GRANT SELECT, INSERT ON audit.checkpoint TO hub_log;
GRANT SELECT ON audit.checkpoint TO hub_app, hub_clerk;
GRANT INSERT ON audit.entry TO hub_post;
GRANT USAGE ON SEQUENCE audit.entry_id_seq TO hub_post;
GRANT CREATE ON SCHEMA audit TO hub_post;
SET LOCAL ROLE hub_post;
CREATE FUNCTION audit.append(lines bytea[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE p int := sec.me();
BEGIN
  IF p IS NULL AND session_user NOT IN ('hub_door', 'hub_clerk') THEN RAISE EXCEPTION 'nobody acts' USING ERRCODE = '42501'; END IF;
  INSERT INTO audit.entry (partner, data, leaf) SELECT coalesce(p, 0), d, sha256('\\x00'::bytea || d) FROM unnest(lines) AS d;
END $$;
REVOKE ALL ON FUNCTION audit.append(bytea[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.append(bytea[]) TO hub_app, hub_clerk, hub_door;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA audit FROM hub_post;
"""

DOWN = """
SET LOCAL ROLE hub_post;
DROP FUNCTION audit.append(bytea[]);
SET LOCAL ROLE hub_owner;
DROP TABLE audit.checkpoint, audit.head, audit.tile, audit.entry;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
