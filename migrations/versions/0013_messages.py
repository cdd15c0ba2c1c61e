"""
Messages on their way out, and what people want to be told.

A notice is put down in the transaction of its deed and says of what kind it is, for which roles of which partner, and which page tells
more: no address, no content, no counts. The courier, as the clerk of that partner, makes messages of it: one per account, with bytes that
never change. What concerns another partner is put down by a trigger of `hub_post`: its policy asks that the writer is who acts.
`undelivered` is what an operator sees of letters that got stuck: no partner, no kind, no address, and no row of a letter that arrived.
"""

from alembic import op

revision = "0013"
down_revision = "0012"

KINDS = (
    "'collection_delivered', 'reminder', 'silence_alarm', 'contact_proposed', 'contact_confirmed', 'contact_ended', 'addendum', "
    "'deadline_near', 'job_failed', 'test'"
)

UP = f"""
ALTER TABLE hub.account ADD COLUMN email text, ADD COLUMN notices text NOT NULL DEFAULT 'at_once',
  ADD CONSTRAINT account_email_check CHECK (email ~ '^[A-Za-z0-9.!#$%&''*+/^_{{|}}~-]{{1,64}}@[A-Za-z0-9.-]{{1,189}}$'),
  ADD CONSTRAINT account_notices_check CHECK (notices IN ('at_once', 'weekly', 'none'));
GRANT UPDATE (email) ON hub.account TO hub_clerk;
GRANT UPDATE (notices) ON hub.account TO hub_door;

CREATE TABLE hub.notice (
  partner int NOT NULL, kind text NOT NULL, dedup text NOT NULL, path text NOT NULL, roles text[] NOT NULL, account uuid,
  at timestamptz NOT NULL, writer int NOT NULL DEFAULT sec.me(), expanded_at timestamptz,
  CONSTRAINT notice_pkey PRIMARY KEY (partner, kind, dedup),
  CONSTRAINT notice_account_fkey FOREIGN KEY (partner, account) REFERENCES hub.account (partner, id) ON DELETE CASCADE,
  CONSTRAINT notice_kind_check CHECK (kind IN ({KINDS})),
  CONSTRAINT notice_dedup_check CHECK (dedup ~ '^[a-z0-9][a-z0-9:/_-]{{0,119}}$'),
  CONSTRAINT notice_path_check CHECK (path ~ '^/[a-z0-9/-]{{0,119}}$'),
  CONSTRAINT notice_roles_check CHECK ((account IS NULL) = (cardinality(roles) > 0)));
CREATE INDEX notice_waiting_ix ON hub.notice (partner, at) WHERE expanded_at IS NULL;

CREATE TABLE hub.message (
  partner int NOT NULL, id uuid NOT NULL, account uuid NOT NULL, kind text NOT NULL, dedup text NOT NULL, path text NOT NULL,
  state text NOT NULL, put_at timestamptz NOT NULL, not_before timestamptz NOT NULL, tries int NOT NULL, code text,
  address text, body bytea, done_at timestamptz,
  CONSTRAINT message_pkey PRIMARY KEY (partner, id), CONSTRAINT message_partner_dedup_key UNIQUE (partner, dedup),
  CONSTRAINT message_account_fkey FOREIGN KEY (partner, account) REFERENCES hub.account (partner, id) ON DELETE CASCADE,
  CONSTRAINT message_kind_check CHECK (kind IN ({KINDS}, 'weekly_digest')),
  CONSTRAINT message_state_check CHECK (state IN ('held', 'told', 'waiting', 'sent', 'dead', 'skipped')),
  CONSTRAINT message_body_check CHECK ((state IN ('waiting', 'dead')) = (body IS NOT NULL) AND (body IS NULL) = (address IS NULL)),
  CONSTRAINT message_tries_check CHECK (tries >= 0),
  CONSTRAINT message_done_check CHECK ((done_at IS NULL) = (state IN ('held', 'waiting'))));
CREATE INDEX message_waiting_ix ON hub.message (partner, not_before) WHERE state IN ('held', 'waiting');
CREATE INDEX message_newest_ix ON hub.message (partner, account, put_at DESC);

CREATE TABLE hub.undelivered (
  id uuid NOT NULL, since date NOT NULL, tries int NOT NULL, code text NOT NULL, state text NOT NULL, asked_at timestamptz,
  CONSTRAINT undelivered_pkey PRIMARY KEY (id),
  CONSTRAINT undelivered_state_check CHECK (state IN ('retrying', 'dead')));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['notice', 'message', 'undelivered'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
END LOOP; END $$;
CREATE POLICY put ON hub.notice FOR INSERT TO hub_app WITH CHECK (partner = (SELECT sec.me()));
CREATE POLICY post ON hub.notice FOR INSERT TO hub_post WITH CHECK (writer = (SELECT sec.me()));
CREATE POLICY own ON hub.notice TO hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()));
CREATE POLICY read ON hub.message FOR SELECT TO hub_app USING (partner = (SELECT sec.me()));
CREATE POLICY own ON hub.message TO hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()));
CREATE POLICY stuck ON hub.undelivered FOR SELECT TO hub_app USING (true);
CREATE POLICY again ON hub.undelivered FOR UPDATE TO hub_app USING (true) WITH CHECK (true);
CREATE POLICY keep ON hub.undelivered TO hub_clerk USING (true) WITH CHECK (true);
GRANT INSERT (partner, kind, dedup, path, roles, account, at) ON hub.notice TO hub_app, hub_post;
GRANT SELECT, INSERT, DELETE, UPDATE (expanded_at) ON hub.notice TO hub_clerk;
GRANT SELECT (partner, id, account, kind, path, state, put_at, not_before, done_at) ON hub.message TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.message TO hub_clerk;
GRANT SELECT, UPDATE (asked_at) ON hub.undelivered TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.undelivered TO hub_clerk;
"""

DOWN = """
DROP TABLE hub.undelivered, hub.message, hub.notice;
ALTER TABLE hub.account DROP COLUMN email, DROP COLUMN notices;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
