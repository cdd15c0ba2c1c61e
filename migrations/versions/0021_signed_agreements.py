"""
An agreement is proposed, signed by two persons of its giver, accepted by its recipient, and only then valid.

Whoever writes a pair, the database lets it take force with every signature under the very text that was loaded, and never otherwise.
`reprojection` is the list of work that a change of agreement leaves its giver. A release takes a shared lock on its giver and a change of
an agreement the exclusive one, so no row is decided under a version that goes meanwhile (design: sharing.md 1.2, 3.7, 8.4).
"""

from alembic import op

revision = "0021"
down_revision = "0020"

KINDS = ("policy_changed", "policy_ending", "policy_waiting")


def _kinds(before: str, after: str) -> str:
    """The kinds of notices and messages, with or without ours, whatever the others are."""
    return f"""
DO $$ DECLARE t text; said text; BEGIN FOREACH t IN ARRAY ARRAY['notice', 'message'] LOOP
  SELECT replace(pg_get_constraintdef(oid), $q${before}$q$, $q${after}$q$) INTO STRICT said
    FROM pg_constraint WHERE conrelid = ('hub.' || t)::regclass AND conname = t || '_kind_check';
  EXECUTE format('ALTER TABLE hub.%I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', t, t || '_kind_check', t || '_kind_check', said);
END LOOP; END $$;
"""


OURS = "ARRAY[" + "".join(f"'{kind}'::text, " for kind in KINDS)
FORGET = "".join(  # what people were told stays told, under a word that the version below knows
    f"ALTER TABLE hub.{table} NO FORCE ROW LEVEL SECURITY; UPDATE hub.{table} SET kind = 'deadline_near', dedup = kind || '/' || dedup "
    f"WHERE kind = ANY ('{{{','.join(KINDS)}}}'); ALTER TABLE hub.{table} FORCE ROW LEVEL SECURITY;\n"
    for table in ("notice", "message")
)

UP = """
ALTER TABLE hub.policy_pair DROP CONSTRAINT policy_pair_state_check,
  ADD CONSTRAINT policy_pair_state_check CHECK (state IN ('proposed', 'signed', 'valid', 'replaced', 'stopped')),
  ADD COLUMN proposed_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
ALTER TABLE hub.policy_pair ALTER proposed_at DROP DEFAULT, ALTER changed_at DROP DEFAULT;
ALTER TABLE hub.policy_version ADD CONSTRAINT policy_version_id_sha256_key UNIQUE (id, sha256);
CREATE TABLE hub.policy_signature (
  giver int NOT NULL, recipient int NOT NULL, kind text NOT NULL, version_id int NOT NULL, person uuid NOT NULL,
  partner int NOT NULL, role text NOT NULL, at timestamptz NOT NULL, text_sha256 bytea NOT NULL, effect_sha256 bytea NOT NULL,
  CONSTRAINT policy_signature_pkey PRIMARY KEY (giver, recipient, kind, version_id, person),
  CONSTRAINT policy_signature_role_key UNIQUE (giver, recipient, kind, version_id, role),
  CONSTRAINT policy_signature_pair_fkey FOREIGN KEY (giver, recipient, kind, version_id)
    REFERENCES hub.policy_pair (giver, recipient, kind, version_id) ON DELETE CASCADE,
  CONSTRAINT policy_signature_text_fkey FOREIGN KEY (version_id, text_sha256) REFERENCES hub.policy_version (id, sha256),
  CONSTRAINT policy_signature_account_fkey FOREIGN KEY (partner, person) REFERENCES hub.account (partner, id),
  CONSTRAINT policy_signature_role_check CHECK (role IN ('giver_first', 'giver_second', 'recipient')),
  CONSTRAINT policy_signature_partner_check CHECK (partner = CASE role WHEN 'recipient' THEN recipient ELSE giver END),
  CONSTRAINT policy_signature_effect_check CHECK (length(effect_sha256) = 32));
CREATE TABLE hub.reprojection (
  giver int NOT NULL, id uuid NOT NULL, recipient int NOT NULL, kind text NOT NULL, cause text NOT NULL, from_version int, to_version int,
  narrowing bool NOT NULL, made_at timestamptz NOT NULL, cursor uuid, rows_seen int NOT NULL DEFAULT 0, done_at timestamptz,
  CONSTRAINT reprojection_pkey PRIMARY KEY (giver, id),
  CONSTRAINT reprojection_once_key UNIQUE NULLS NOT DISTINCT (giver, recipient, kind, from_version, to_version),
  CONSTRAINT reprojection_pair_check CHECK (giver <> recipient),
  CONSTRAINT reprojection_cause_check CHECK (cause IN ('began', 'changed', 'ended', 'stopped')),
  CONSTRAINT reprojection_versions_check CHECK (from_version IS NOT NULL OR to_version IS NOT NULL),
  CONSTRAINT reprojection_from_fkey FOREIGN KEY (from_version) REFERENCES hub.policy_version (id),
  CONSTRAINT reprojection_to_fkey FOREIGN KEY (to_version) REFERENCES hub.policy_version (id));
CREATE INDEX reprojection_open_ix ON hub.reprojection (giver, made_at) WHERE done_at IS NULL;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['policy_signature', 'reprojection'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
END LOOP; END $$;
CREATE POLICY published ON hub.policy_signature FOR SELECT TO hub_app, hub_clerk USING (true);
CREATE POLICY sign ON hub.policy_signature FOR INSERT TO hub_app, hub_clerk WITH CHECK (partner = (SELECT sec.me()));
CREATE POLICY own ON hub.reprojection TO hub_app, hub_clerk USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()));
DROP POLICY replace ON hub.policy_pair;
CREATE POLICY give ON hub.policy_pair FOR UPDATE TO hub_app, hub_clerk USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()));
CREATE POLICY accept ON hub.policy_pair FOR UPDATE TO hub_app, hub_clerk
  USING (recipient = (SELECT sec.me())) WITH CHECK (recipient = (SELECT sec.me()));
GRANT UPDATE (state, valid, changed_at) ON hub.policy_pair TO hub_app, hub_clerk;
GRANT SELECT, INSERT ON hub.policy_signature TO hub_app, hub_clerk;
GRANT SELECT ON hub.reprojection TO hub_app;
GRANT SELECT, INSERT, UPDATE (cursor, rows_seen, done_at) ON hub.reprojection TO hub_clerk;

CREATE FUNCTION hub.keep_signed() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE needed text[] := '{giver_first,giver_second}'; found text[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.state <> 'proposed' THEN
      RAISE EXCEPTION 'not signed' USING ERRCODE = '23514', CONSTRAINT = 'policy_pair_signed_check';
    END IF;
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(21, NEW.giver);
  IF NEW.state = OLD.state AND OLD.state IN ('proposed', 'signed', 'valid') AND NEW.valid <@ OLD.valid
     OR NEW.state IN ('replaced', 'stopped') AND OLD.state IN ('proposed', 'signed', 'valid') AND NEW.valid = OLD.valid THEN
    RETURN NEW;
  END IF;
  IF NEW.state = 'valid' AND NOT EXISTS (SELECT FROM hub.partner p WHERE p.id = NEW.recipient AND p.kind = 'statistics') THEN
    needed := needed || 'recipient'::text;
  END IF;
  SELECT array_agg(s.role) INTO found FROM hub.policy_signature s
    WHERE s.giver = NEW.giver AND s.recipient = NEW.recipient AND s.kind = NEW.kind AND s.version_id = NEW.version_id;
  IF (OLD.state, NEW.state) NOT IN (('proposed', 'signed'), ('signed', 'valid')) OR NEW.valid <> OLD.valid
     OR NOT coalesce(found @> needed, false) THEN
    RAISE EXCEPTION 'not signed' USING ERRCODE = '23514', CONSTRAINT = 'policy_pair_signed_check';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION hub.keep_signed() FROM PUBLIC;
CREATE TRIGGER policy_pair_signed BEFORE INSERT OR UPDATE ON hub.policy_pair FOR EACH ROW EXECUTE FUNCTION hub.keep_signed();
"""

AGREED = """
CREATE OR REPLACE FUNCTION hub.of_an_agreement() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE lost bool;
BEGIN -- planned anew each time, as in of_a_case{lock}
  EXECUTE 'SELECT EXISTS (SELECT FROM (SELECT DISTINCT giver, recipient, kind, policy_version FROM fresh WHERE state = ''shown'') n
    WHERE NOT EXISTS (SELECT FROM hub.policy_pair p WHERE p.giver = n.giver AND p.recipient = n.recipient AND p.kind = n.kind
      AND p.version_id = n.policy_version AND p.state = ''valid''))' INTO lost;
  IF lost THEN
    RAISE EXCEPTION 'no such agreement' USING ERRCODE = '23503', CONSTRAINT = 'given_policy_pair_fkey';
  END IF;
  RETURN NULL;
END $$;
"""
LOCK = """
  PERFORM pg_advisory_xact_lock_shared(21, sec.me());"""

DOWN = """
DROP TRIGGER policy_pair_signed ON hub.policy_pair;
DROP FUNCTION hub.keep_signed();
REVOKE UPDATE (state, valid, changed_at) ON hub.policy_pair FROM hub_app;
DROP POLICY accept ON hub.policy_pair;
DROP POLICY give ON hub.policy_pair;
CREATE POLICY replace ON hub.policy_pair FOR UPDATE TO hub_clerk USING (true) WITH CHECK (true);
DROP TABLE hub.reprojection, hub.policy_signature;
ALTER TABLE hub.policy_version DROP CONSTRAINT policy_version_id_sha256_key;
UPDATE hub.policy_pair SET state = 'stopped' WHERE state IN ('proposed', 'signed');
ALTER TABLE hub.policy_pair DROP COLUMN proposed_at, DROP COLUMN changed_at, DROP CONSTRAINT policy_pair_state_check,
  ADD CONSTRAINT policy_pair_state_check CHECK (state IN ('valid', 'replaced', 'stopped'));
"""


def upgrade() -> None:
    op.execute(UP)
    op.execute(_kinds("ARRAY[", OURS))
    op.execute(AGREED.format(lock=LOCK))


def downgrade() -> None:
    op.execute(FORGET)
    op.execute(_kinds(OURS, "ARRAY["))
    op.execute(DOWN)
    op.execute(AGREED.format(lock=""))
