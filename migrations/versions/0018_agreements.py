"""
Decisions and commitments, agreed actions, and how those go on.

All of them are shared rows: decisions and actions are written by the partner that runs the block and reach who sits in it, there or not.
How an action goes on (`progress`) is added by any of those, line by line, and never changed (design: consultations.md 9).
"""

from alembic import op

revision = "0018"
down_revision = "0017"

SHARED = {"decision": "run", "agreement": "run", "progress": "sits"}
HEAD = "partner int NOT NULL, id uuid NOT NULL, writer int NOT NULL, members int[] NOT NULL, body text NOT NULL"

TABLES = f"""
CREATE TABLE hub.decision (
  {HEAD}, consultation uuid NOT NULL, block uuid NOT NULL, item uuid NOT NULL, code text NOT NULL, kind text NOT NULL, words text NOT NULL,
  made_at timestamptz NOT NULL, version int NOT NULL,
  CONSTRAINT decision_pkey PRIMARY KEY (partner, id), CONSTRAINT decision_code_key UNIQUE (partner, body, code),
  CONSTRAINT decision_kind_check CHECK (kind IN ('decision', 'commitment')),
  CONSTRAINT decision_words_check CHECK (length(words) BETWEEN 3 AND 500));
CREATE TABLE hub.agreement (
  {HEAD}, consultation uuid NOT NULL, block uuid NOT NULL, item uuid NOT NULL, code text NOT NULL, what text NOT NULL, done_when text NOT NULL,
  owner int NOT NULL, owner_name text NOT NULL, due date NOT NULL, checks date[] NOT NULL, made_at timestamptz NOT NULL, version int NOT NULL,
  CONSTRAINT agreement_pkey PRIMARY KEY (partner, id), CONSTRAINT agreement_code_key UNIQUE (partner, body, code),
  CONSTRAINT agreement_owner_check CHECK (owner = ANY (members)),
  CONSTRAINT agreement_words_check CHECK (length(what) BETWEEN 5 AND 300 AND length(done_when) BETWEEN 3 AND 200 AND length(owner_name) BETWEEN 1 AND 80));
CREATE TABLE hub.progress (
  {HEAD}, consultation uuid NOT NULL, block uuid NOT NULL, agreement uuid NOT NULL, word text NOT NULL, due date, because text,
  at timestamptz NOT NULL,
  CONSTRAINT progress_pkey PRIMARY KEY (partner, id),
  CONSTRAINT progress_word_check CHECK (word IN ('started', 'reported', 'deferred', 'reopened', 'closed', 'dropped')),
  CONSTRAINT progress_because_check CHECK (length(because) BETWEEN 3 AND 300 AND (word NOT IN ('deferred', 'reopened', 'dropped') OR because IS NOT NULL)),
  CONSTRAINT progress_due_check CHECK ((word = 'deferred') = (due IS NOT NULL)));
CREATE INDEX progress_agreement_ix ON hub.progress (partner, agreement, at);
"""

APPENDED = "REVOKE UPDATE, DELETE ON hub.progress FROM hub_app, hub_clerk;"  # what was said of an action stays said
DOWN = "DROP TABLE hub.progress, hub.agreement, hub.decision;"


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
    op.execute(APPENDED)


def downgrade() -> None:
    op.execute(DOWN)
