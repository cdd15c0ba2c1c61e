"""The register of partners, the accounts of their people, and the sessions that the doorkeeper keeps."""

from alembic import op

revision = "0002"
down_revision = "0001"

UP = """
CREATE TABLE hub.partner (
  id int NOT NULL, slug text NOT NULL, name text NOT NULL, kind text NOT NULL, provinces text[] NOT NULL,
  code_mark int NOT NULL, active_from date NOT NULL, active_until date,
  CONSTRAINT partner_pkey PRIMARY KEY (id), CONSTRAINT partner_slug_key UNIQUE (slug), CONSTRAINT partner_code_mark_key UNIQUE (code_mark),
  CONSTRAINT partner_id_check CHECK (id > 0),
  CONSTRAINT partner_slug_check CHECK (slug ~ '^[a-z][a-z0-9-]{1,62}$'),
  CONSTRAINT partner_kind_check CHECK (kind IN ('bureau', 'police', 'om', 'coc', 'statistics')),
  CONSTRAINT partner_provinces_check CHECK (provinces <@ ARRAY['PV20', 'PV21', 'PV22'] AND cardinality(provinces) > 0),
  CONSTRAINT partner_code_mark_check CHECK (code_mark BETWEEN 1 AND 1023),
  CONSTRAINT partner_active_check CHECK (active_until IS NULL OR active_until >= active_from));
ALTER TABLE hub.partner ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.partner FORCE ROW LEVEL SECURITY;
CREATE POLICY register ON hub.partner FOR SELECT TO hub_app, hub_clerk, hub_door USING (true);
CREATE POLICY admit ON hub.partner FOR INSERT TO hub_clerk WITH CHECK (true);
CREATE POLICY amend ON hub.partner FOR UPDATE TO hub_clerk USING (true) WITH CHECK (true);
GRANT SELECT ON hub.partner TO hub_app, hub_door;
GRANT SELECT, INSERT, UPDATE (name, provinces, active_until) ON hub.partner TO hub_clerk;

CREATE TABLE hub.account (
  partner int NOT NULL, id uuid NOT NULL, issuer text NOT NULL, subject text NOT NULL, name text NOT NULL, roles text[] NOT NULL,
  active bool NOT NULL, made_at timestamptz NOT NULL,
  CONSTRAINT account_pkey PRIMARY KEY (partner, id), CONSTRAINT account_issuer_subject_key UNIQUE (issuer, subject),
  CONSTRAINT account_partner_fkey FOREIGN KEY (partner) REFERENCES hub.partner (id),
  CONSTRAINT account_subject_check CHECK (length(subject) BETWEEN 1 AND 255),
  CONSTRAINT account_roles_check CHECK (roles <@ ARRAY['case_worker', 'coordinator', 'privacy_officer', 'auditor']));
CREATE TABLE hub.session (
  id_hash bytea NOT NULL, partner int NOT NULL, account uuid NOT NULL, issuer text NOT NULL, sid text, acr text, auth_time timestamptz,
  form_token bytea NOT NULL, opened timestamptz NOT NULL DEFAULT now(), last_seen timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT session_pkey PRIMARY KEY (id_hash), CONSTRAINT session_id_hash_check CHECK (length(id_hash) = 32),
  CONSTRAINT session_form_token_check CHECK (length(form_token) = 32),
  CONSTRAINT session_account_fkey FOREIGN KEY (partner, account) REFERENCES hub.account (partner, id) ON DELETE CASCADE);
CREATE INDEX session_issuer_sid_ix ON hub.session (issuer, sid);
CREATE TABLE hub.login_attempt (
  cookie_hash bytea NOT NULL, state_hash bytea NOT NULL, provider text NOT NULL, data jsonb NOT NULL, expires timestamptz NOT NULL,
  CONSTRAINT login_attempt_pkey PRIMARY KEY (cookie_hash, state_hash));
CREATE TABLE hub.logout_token (
  issuer text NOT NULL, jti text NOT NULL, expires timestamptz NOT NULL, CONSTRAINT logout_token_pkey PRIMARY KEY (issuer, jti));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['account', 'session', 'login_attempt', 'logout_token'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY door ON hub.%I TO hub_door USING (true) WITH CHECK (true)', t);
END LOOP; END $$;
CREATE POLICY admit ON hub.account FOR INSERT TO hub_clerk WITH CHECK (partner = (SELECT sec.me()));
CREATE POLICY own ON hub.account FOR SELECT TO hub_clerk USING (partner = (SELECT sec.me()));
CREATE POLICY amend ON hub.account FOR UPDATE TO hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()));
GRANT SELECT ON hub.account TO hub_door;
GRANT SELECT, INSERT, UPDATE (name, roles, active) ON hub.account TO hub_clerk;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.session TO hub_door;
GRANT SELECT, INSERT, DELETE ON hub.login_attempt, hub.logout_token TO hub_door;
"""

DOWN = "DROP TABLE hub.logout_token, hub.login_attempt, hub.session, hub.account, hub.partner;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
