"""
In the meeting: who is in the room, an organisation's own notes, and the minutes with what members remark about them.

Who is in the room is written by the coordinating partner and known to all members. Minutes are written by the partner that runs the block
and reach who sits in it, there or not (design: consultations.md 8 and 10).
"""

from alembic import op

revision = "0020"
down_revision = "0019"

SHARED = {"presence": "led", "minutes": "run", "remark": "sits"}
HEAD = "partner int NOT NULL, id uuid NOT NULL, writer int NOT NULL, members int[] NOT NULL, body text NOT NULL"

TABLES = f"""
CREATE TABLE hub.presence (
  {HEAD}, consultation uuid NOT NULL, organisation int NOT NULL, name text NOT NULL, came_at timestamptz NOT NULL, left_at timestamptz,
  version int NOT NULL,
  CONSTRAINT presence_pkey PRIMARY KEY (partner, id), CONSTRAINT presence_name_check CHECK (length(name) BETWEEN 1 AND 80),
  CONSTRAINT presence_left_check CHECK (left_at >= came_at));
CREATE TABLE hub.minutes (
  {HEAD}, consultation uuid NOT NULL, block uuid NOT NULL, number int NOT NULL, state text NOT NULL, texts jsonb NOT NULL, because text,
  sent_at timestamptz, remarks_until date, adopted_at timestamptz, adopted_in uuid, version int NOT NULL,
  CONSTRAINT minutes_pkey PRIMARY KEY (partner, id), CONSTRAINT minutes_number_key UNIQUE (partner, block, number),
  CONSTRAINT minutes_state_check CHECK (state IN ('draft', 'sent', 'adopted')),
  CONSTRAINT minutes_adopted_check CHECK ((state = 'adopted') = (adopted_at IS NOT NULL)),
  CONSTRAINT minutes_because_check CHECK (number = 1 OR because IS NOT NULL));
CREATE TABLE hub.remark (
  {HEAD}, consultation uuid NOT NULL, block uuid NOT NULL, minutes uuid NOT NULL, words text NOT NULL, at timestamptz NOT NULL,
  CONSTRAINT remark_pkey PRIMARY KEY (partner, id), CONSTRAINT remark_words_check CHECK (length(words) BETWEEN 3 AND 1000));
CREATE TABLE hub.own_note (
  partner int NOT NULL, item uuid NOT NULL, words text NOT NULL, at timestamptz NOT NULL,
  CONSTRAINT own_note_pkey PRIMARY KEY (partner, item), CONSTRAINT own_note_words_check CHECK (length(words) <= 2000));
ALTER TABLE hub.own_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.own_note FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON hub.own_note TO hub_app, hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()));
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.own_note TO hub_app, hub_clerk;
"""

KEPT = """
CREATE FUNCTION hub.keep_adopted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN -- what was adopted stays; of a case that is shared no more the words may go, and their leaf and the root stay
  IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'texts' - 'version' = to_jsonb(OLD) - 'texts' - 'version'
    AND NEW.texts -> 'leaves' = OLD.texts -> 'leaves' AND NEW.texts -> 'root' = OLD.texts -> 'root' THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'adopted' USING ERRCODE = '23514', CONSTRAINT = 'minutes_adopted_stay_check';
END $$;
REVOKE ALL ON FUNCTION hub.keep_adopted() FROM PUBLIC;
CREATE TRIGGER minutes_stay BEFORE UPDATE OR DELETE ON hub.minutes
  FOR EACH ROW WHEN (OLD.state = 'adopted' AND current_user IN ('hub_app', 'hub_clerk')) EXECUTE FUNCTION hub.keep_adopted();
"""

DOWN = "DROP TABLE hub.own_note, hub.remark, hub.minutes, hub.presence; DROP FUNCTION hub.keep_adopted();"


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
    op.execute(_shared(SHARED))
    op.execute(KEPT)


def downgrade() -> None:
    op.execute(DOWN)
