"""
Invitations to people of a partner, their answers, and the calendar that one of them may fetch with a secret address.

An invitation and a calendar are the partner's own. The doorkeeper, who knows no partner, finds either by the hash of a token that only its
owner has: it writes an answer or hands out bytes that were made before, and reads nothing else. What somebody answered reaches the
coordinating partner as a shared row, put down by the hub's clerk (design: consultations.md 6).
"""

from alembic import op

revision = "0017"
down_revision = "0016"

SHARED = {"answer": "member"}
HEAD = "partner int NOT NULL, id uuid NOT NULL, writer int NOT NULL, members int[] NOT NULL, body text NOT NULL"

TABLES = f"""
CREATE TABLE hub.invitation (
  partner int NOT NULL, id uuid NOT NULL, body text NOT NULL, consultation uuid NOT NULL, account uuid NOT NULL, attendee uuid NOT NULL,
  uid text NOT NULL, sequence int NOT NULL, stamped_at timestamptz NOT NULL, state text NOT NULL,
  starts timestamptz NOT NULL, ends timestamptz NOT NULL, place text NOT NULL, link text NOT NULL, is_neutral bool NOT NULL,
  title text NOT NULL, address text NOT NULL, is_required bool NOT NULL,
  token_hash bytea NOT NULL, token_ends date NOT NULL, answer text, answered_at timestamptz, answered_sequence int, remark text,
  parked text, told_at timestamptz,
  CONSTRAINT invitation_pkey PRIMARY KEY (partner, id), CONSTRAINT invitation_once_key UNIQUE (partner, consultation, account),
  CONSTRAINT invitation_account_fkey FOREIGN KEY (partner, account) REFERENCES hub.account (partner, id) ON DELETE CASCADE,
  CONSTRAINT invitation_state_check CHECK (state IN ('invited', 'cancelled')), CONSTRAINT invitation_sequence_check CHECK (sequence >= 0),
  CONSTRAINT invitation_answer_check CHECK (answer IN ('accepted', 'declined', 'tentative', 'other_day', 'deputy')
    AND (answer IS NULL) = (answered_at IS NULL) AND (answer IS NULL) = (answered_sequence IS NULL)),
  CONSTRAINT invitation_parked_check CHECK (parked IN ('other_sender', 'automatic', 'forwarded', 'counter', 'delegated', 'odd')),
  CONSTRAINT invitation_remark_check CHECK (length(remark) <= 200));
CREATE UNIQUE INDEX invitation_token_ix ON hub.invitation (token_hash);
CREATE TABLE hub.answer (
  {HEAD}, consultation uuid NOT NULL, name text NOT NULL, answer text, sequence int NOT NULL, answered_sequence int, remark text,
  parked text, at timestamptz NOT NULL, CONSTRAINT answer_pkey PRIMARY KEY (partner, id));
CREATE TABLE hub.feed (
  partner int NOT NULL, account uuid NOT NULL, token_hash bytea NOT NULL, body bytea NOT NULL, etag text NOT NULL,
  made_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
  CONSTRAINT feed_pkey PRIMARY KEY (partner, account),
  CONSTRAINT feed_account_fkey FOREIGN KEY (partner, account) REFERENCES hub.account (partner, id) ON DELETE CASCADE);
CREATE UNIQUE INDEX feed_token_ix ON hub.feed (token_hash);
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['invitation', 'feed'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY own ON hub.%I TO hub_app, hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()))', t);
  EXECUTE format('CREATE POLICY door ON hub.%I FOR SELECT TO hub_door USING (true)', t);
END LOOP; END $$;
CREATE POLICY reply ON hub.invitation FOR UPDATE TO hub_door USING (true) WITH CHECK (true);
GRANT SELECT (partner, id, body, consultation, account, state, starts, ends, place, sequence, title, token_hash, token_ends, answer, remark),
  UPDATE (answer, answered_at, answered_sequence, remark, parked, told_at) ON hub.invitation TO hub_door;
GRANT SELECT (partner, account, token_hash, body, etag, changed_at) ON hub.feed TO hub_door;
GRANT SELECT, UPDATE (answer, answered_at, answered_sequence, remark, parked, told_at, is_neutral) ON hub.invitation TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.invitation, hub.feed TO hub_clerk;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.feed TO hub_app;
"""

DOWN = "DROP TABLE hub.feed, hub.answer, hub.invitation;"


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


def downgrade() -> None:
    op.execute(DOWN)
