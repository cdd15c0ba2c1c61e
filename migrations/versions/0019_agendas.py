"""
Agendas: what all of a block may hear of a case, nominations, items, and editions.

What may be said of a case in a block (`block_line`) is written by its giver alone, and only for a block in which the giver sits; the
database lets nobody else read it. `pointer` tells one reader under which of its own codes it knows that line; `placed` tells the giver which case it is. Items are written by the partner
that runs the block. When a row of `given` that a line rests on changes or goes, the line goes with it in the same transaction, from every
copy; the clerk of its giver makes it anew if it still may. The pointer stays: it holds no more than the reader's own code, and
leads from a case to what a meeting once said about it (design: consultations.md 4 and 7).
"""

from alembic import op

revision = "0019"
down_revision = "0018"

SHARED = {"block_line": "sits", "pointer": "member", "nomination": "member", "item": "run", "stationery": "led"}
HEAD = "partner int NOT NULL, id uuid NOT NULL, writer int NOT NULL, members int[] NOT NULL, body text NOT NULL"

TABLES = f"""
CREATE TABLE hub.block_line (
  {HEAD}, consultation uuid NOT NULL, block uuid NOT NULL, revision int NOT NULL, facts jsonb NOT NULL, first_on date NOT NULL,
  changed_on date NOT NULL, is_urgent bool NOT NULL, is_connected bool NOT NULL, nominated_by text[] NOT NULL, minutes_asked int,
  because text, made_at timestamptz NOT NULL, days jsonb NOT NULL DEFAULT '{{}}', until date NOT NULL DEFAULT '9999-12-31', follows uuid,
  CONSTRAINT block_line_pkey PRIMARY KEY (partner, id));
CREATE INDEX block_line_block_ix ON hub.block_line (partner, block);
CREATE TABLE hub.pointer (
  {HEAD}, line uuid NOT NULL, code char(11) NOT NULL,
  CONSTRAINT pointer_pkey PRIMARY KEY (partner, id), CONSTRAINT pointer_two_check CHECK (cardinality(members) = 2));
CREATE INDEX pointer_code_ix ON hub.pointer (partner, code);
CREATE TABLE hub.placed (
  partner int NOT NULL, line uuid NOT NULL, contribution uuid NOT NULL, body text NOT NULL, consultation uuid NOT NULL, block uuid,
  revision int NOT NULL, is_gone bool NOT NULL, reason text, held bytea,
  CONSTRAINT placed_pkey PRIMARY KEY (partner, line), CONSTRAINT placed_once_key UNIQUE (partner, consultation, contribution));
CREATE INDEX placed_contribution_ix ON hub.placed (partner, contribution);
CREATE TABLE hub.nomination (
  {HEAD}, consultation uuid NOT NULL, about text NOT NULL, contribution uuid, code char(11), theme text, because text NOT NULL,
  minutes int NOT NULL, is_urgent bool NOT NULL, made_at timestamptz NOT NULL, withdrawn_at timestamptz,
  CONSTRAINT nomination_pkey PRIMARY KEY (partner, id),
  CONSTRAINT nomination_about_check CHECK ((about = 'own') = (contribution IS NOT NULL) AND (about = 'received') = (code IS NOT NULL)
    AND (about = 'theme') = (theme IS NOT NULL) AND about IN ('own', 'received', 'theme')),
  CONSTRAINT nomination_own_check CHECK (contribution IS NULL OR cardinality(members) = 1),
  CONSTRAINT nomination_length_check CHECK (length(because) BETWEEN 1 AND 300 AND length(theme) BETWEEN 3 AND 120 AND minutes BETWEEN 3 AND 60));
CREATE TABLE hub.item (
  {HEAD}, consultation uuid NOT NULL, block uuid NOT NULL, code char(4) NOT NULL, kind text NOT NULL, line uuid, agreement uuid, title text,
  brought_by int, state text NOT NULL, no int NOT NULL, minutes int NOT NULL, weight int NOT NULL, is_must bool NOT NULL,
  reasons text[] NOT NULL, because text, computed jsonb NOT NULL, starts timestamptz, held_over int NOT NULL, follows uuid,
  begun_at timestamptz, ended_at timestamptz, discussion text NOT NULL DEFAULT '', outcome text, version int NOT NULL,
  CONSTRAINT item_pkey PRIMARY KEY (partner, id), CONSTRAINT item_code_key UNIQUE (partner, consultation, code),
  CONSTRAINT item_code_check CHECK (code ~ '^[2-9BCDFGHJ-NP-TV-XZ]{{4}}$'),
  CONSTRAINT item_kind_check CHECK (kind IN ('case', 'theme', 'agreement', 'standing')
    AND (kind = 'case') = (line IS NOT NULL) AND (kind = 'agreement') = (agreement IS NOT NULL)),
  CONSTRAINT item_state_check CHECK (state IN ('proposed', 'left_out', 'in_writing', 'published', 'discussed', 'held_over', 'withdrawn', 'done')),
  CONSTRAINT item_outcome_check CHECK (outcome IN ('discussed', 'held_over', 'withdrawn', 'closed')),
  CONSTRAINT item_left_out_check CHECK (state <> 'left_out' OR because IS NOT NULL));
CREATE INDEX item_consultation_ix ON hub.item (partner, consultation);
CREATE UNIQUE INDEX item_follows_key ON hub.item (partner, follows);
CREATE TABLE hub.edition (
  partner int NOT NULL, consultation uuid NOT NULL, kind text NOT NULL, number int NOT NULL, body text NOT NULL, sha256 bytea NOT NULL,
  holds jsonb NOT NULL, published_at timestamptz NOT NULL, opened_at timestamptz,
  CONSTRAINT edition_pkey PRIMARY KEY (partner, consultation, kind, number),
  CONSTRAINT edition_kind_check CHECK (kind IN ('agenda', 'outcomes', 'minutes')), CONSTRAINT edition_number_check CHECK (number >= 1));
CREATE TABLE hub.stationery (
  {HEAD}, content bytea NOT NULL, sha256 bytea NOT NULL, made_at timestamptz NOT NULL,
  CONSTRAINT stationery_pkey PRIMARY KEY (partner, id), CONSTRAINT stationery_body_key UNIQUE (partner, body),
  CONSTRAINT stationery_size_check CHECK (octet_length(content) <= 1000000));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['placed', 'edition'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY own ON hub.%I TO hub_app, hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()))', t);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON hub.%I TO hub_app, hub_clerk', t);
END LOOP; END $$;
CREATE POLICY post ON hub.placed TO hub_post USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()));
GRANT SELECT, UPDATE (is_gone) ON hub.placed TO hub_post;
"""

FUNCTIONS = """
GRANT CREATE ON SCHEMA hub TO hub_post;
SET LOCAL ROLE hub_post;
CREATE FUNCTION hub.void_lines() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE gone uuid[]; untold text[] := ARRAY['narrative', 'states', 'revision_no', 'base_version', 'floor_version', 'content_revision',
  'visible_revision', 'fact_revisions', 'revised_on', 'changed_on'];
BEGIN -- planned anew each time, as in void_contacts; and not at all while nothing of the giver is on an agenda
  IF NOT EXISTS (SELECT FROM hub.placed p WHERE p.partner = sec.me() AND NOT p.is_gone) THEN RETURN NULL; END IF;
  EXECUTE 'SELECT array_agg(DISTINCT p.line) FROM hub.placed p JOIN hub.block b ON b.partner = p.partner AND b.id = p.block
    JOIN stale s ON s.contribution = p.contribution AND s.recipient = ANY (b.seats) WHERE p.partner = sec.me() AND NOT p.is_gone'
    || CASE TG_OP WHEN 'DELETE' THEN '' ELSE ' AND NOT EXISTS (SELECT FROM fresh f WHERE f.contribution = s.contribution
         AND f.recipient = s.recipient AND f.kind = s.kind AND to_jsonb(f) - $1 = to_jsonb(s) - $1)' END INTO gone USING untold;
  IF gone IS NULL THEN RETURN NULL; END IF;
  DELETE FROM hub.block_line l WHERE l.id = ANY (gone);
  UPDATE hub.placed SET is_gone = true WHERE partner = sec.me() AND line = ANY (gone);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.void_lines() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.void_lines() TO hub_owner;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA hub FROM hub_post;
CREATE TRIGGER given_voids_lines AFTER UPDATE ON hub.given REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION hub.void_lines();
CREATE TRIGGER given_voids_lines_too AFTER DELETE ON hub.given REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION hub.void_lines();
"""

BEFORE = """
DROP TRIGGER given_voids_lines_too ON hub.given;
DROP TRIGGER given_voids_lines ON hub.given;
DROP TABLE hub.stationery, hub.edition, hub.item, hub.nomination, hub.placed, hub.pointer, hub.block_line;
DROP FUNCTION hub.void_lines();
"""


def _shared(tables: dict[str, str]) -> str:
    """As in 0016: row policies, grants and the trigger of tables whose rows have a writer and readers."""
    me = "(SELECT sec.me())"
    return "".join(f"""
ALTER TABLE hub.{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON hub.{table} TO hub_app, hub_clerk USING (partner = {me}) WITH CHECK (partner = {me});
CREATE POLICY post ON hub.{table} TO hub_post USING (writer = {me}) WITH CHECK (writer = {me});
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.{table} TO hub_app, hub_clerk;
GRANT SELECT, INSERT, DELETE ON hub.{table} TO hub_post;
CREATE TRIGGER {table}_shared AFTER INSERT OR UPDATE OR DELETE ON hub.{table}
  FOR EACH ROW WHEN (current_user <> 'hub_post') EXECUTE FUNCTION hub.share_row('{how}');
""" for table, how in tables.items())


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(FUNCTIONS)
    op.execute(_shared(SHARED))


def downgrade() -> None:
    op.execute(BEFORE)
