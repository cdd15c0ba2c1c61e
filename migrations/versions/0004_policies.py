"""Which policy versions were loaded, and which one is valid between two partners on a day (design: sharing.md 8.5)."""

from alembic import op

revision = "0004"
down_revision = "0003"

UP = """
CREATE TABLE hub.policy_version (
  id int NOT NULL, name text NOT NULL, version int NOT NULL, kind text NOT NULL, sha256 bytea NOT NULL, text text NOT NULL,
  floor_sha256 bytea NOT NULL, example bool NOT NULL, loaded_at timestamptz NOT NULL,
  CONSTRAINT policy_version_pkey PRIMARY KEY (id), CONSTRAINT policy_version_name_version_key UNIQUE (name, version),
  CONSTRAINT policy_version_kind_check CHECK (kind IN ('standing', 'referral', 'counts')),
  CONSTRAINT policy_version_sha256_check CHECK (length(sha256) = 32 AND sha256 = sha256(convert_to(text, 'utf8'))));
CREATE TABLE hub.policy_pair (
  giver int NOT NULL, recipient int NOT NULL, kind text NOT NULL, version_id int NOT NULL, valid daterange NOT NULL, state text NOT NULL,
  kind_no int NOT NULL GENERATED ALWAYS AS (CASE kind WHEN 'standing' THEN 1 WHEN 'referral' THEN 2 ELSE 3 END) STORED,
  CONSTRAINT policy_pair_pkey PRIMARY KEY (giver, recipient, kind, version_id),
  CONSTRAINT policy_pair_giver_fkey FOREIGN KEY (giver) REFERENCES hub.partner (id),
  CONSTRAINT policy_pair_recipient_fkey FOREIGN KEY (recipient) REFERENCES hub.partner (id),
  CONSTRAINT policy_pair_policy_version_fkey FOREIGN KEY (version_id) REFERENCES hub.policy_version (id),
  CONSTRAINT policy_pair_two_check CHECK (giver <> recipient),
  CONSTRAINT policy_pair_kind_check CHECK (kind IN ('standing', 'referral', 'counts')),
  CONSTRAINT policy_pair_state_check CHECK (state IN ('valid', 'replaced', 'stopped')),
  CONSTRAINT policy_pair_valid_check CHECK (NOT isempty(valid) AND NOT lower_inf(valid) AND NOT upper_inf(valid)),
  CONSTRAINT policy_pair_one_a_day_excl EXCLUDE USING gist (int4range(giver, giver, '[]') WITH &&, int4range(recipient, recipient, '[]') WITH &&,
    int4range(kind_no, kind_no, '[]') WITH &&, valid WITH &&) WHERE (state = 'valid'));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['policy_version', 'policy_pair'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY published ON hub.%I FOR SELECT TO hub_app, hub_clerk USING (true)', t);
  EXECUTE format('CREATE POLICY load ON hub.%I FOR INSERT TO hub_clerk WITH CHECK (true)', t);
END LOOP; END $$;
CREATE POLICY replace ON hub.policy_pair FOR UPDATE TO hub_clerk USING (true) WITH CHECK (true);
GRANT SELECT ON hub.policy_version, hub.policy_pair TO hub_app, hub_clerk;
GRANT INSERT ON hub.policy_version, hub.policy_pair TO hub_clerk;
GRANT UPDATE (state) ON hub.policy_pair TO hub_clerk;
"""

DOWN = "DROP TABLE hub.policy_pair, hub.policy_version;"


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
