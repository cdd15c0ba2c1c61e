"""
How long a partner keeps its own cases, which of them are held whatever that term says, and what was announced before it goes.

Without a term nothing goes. The database refuses to delete a case that is held, and one that was not announced thirty days before; only
the clerk may delete one at all, no page can. Rows that hang on a case go with it by their foreign keys; consents, receipts and stones stay
for five years, and a consent as long as its case is there. Reasons to hold a case are words from a list (design: sharing.md 6.5).
"""

from alembic import op

revision = "0028"
down_revision = "0027"

KINDS = ("cases_leaving", "rows_leaving")


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

UP = f"""
CREATE TABLE hub.retention_term (
  giver int NOT NULL, no int NOT NULL, months int, counted_from text, decision text NOT NULL, decided_on date NOT NULL,
  by_person uuid, at timestamptz NOT NULL,
  CONSTRAINT retention_term_pkey PRIMARY KEY (giver, no), CONSTRAINT retention_term_no_check CHECK (no > 0),
  CONSTRAINT retention_term_partner_fkey FOREIGN KEY (giver) REFERENCES hub.partner (id),
  CONSTRAINT retention_term_months_check CHECK ((months IS NULL) = (counted_from IS NULL) AND months BETWEEN 1 AND 600),
  CONSTRAINT retention_term_from_check CHECK (counted_from IN ('closed', 'changed', 'released')),
  CONSTRAINT retention_term_decision_check CHECK (length(decision) BETWEEN 10 AND 500));
CREATE TABLE hub.legal_hold (
  giver int NOT NULL, contribution uuid NOT NULL, no int NOT NULL, reason text NOT NULL, until date, by_person uuid, at timestamptz NOT NULL,
  released_at timestamptz, released_by uuid,
  CONSTRAINT legal_hold_pkey PRIMARY KEY (giver, contribution, no), CONSTRAINT legal_hold_no_check CHECK (no > 0),
  CONSTRAINT legal_hold_contribution_fkey FOREIGN KEY (giver, contribution) REFERENCES hub.contribution (giver, id) ON DELETE CASCADE,
  CONSTRAINT legal_hold_reason_check CHECK (reason IN ('proceedings', 'complaint', 'request', 'inspection', 'archive')),
  CONSTRAINT legal_hold_released_check CHECK (released_by IS NULL OR released_at IS NOT NULL));
CREATE UNIQUE INDEX legal_hold_once_ix ON hub.legal_hold (giver, contribution) WHERE released_at IS NULL;
CREATE TABLE hub.erasure (
  giver int NOT NULL, contribution uuid NOT NULL, own_code char(11) NOT NULL, announced_on date NOT NULL, due_on date NOT NULL,
  goes_on date NOT NULL, gone_on date,
  CONSTRAINT erasure_pkey PRIMARY KEY (giver, contribution),
  CONSTRAINT erasure_announced_check CHECK (goes_on >= announced_on + 30 AND goes_on >= due_on),
  CONSTRAINT erasure_gone_check CHECK (gone_on >= goes_on));
CREATE INDEX erasure_goes_ix ON hub.erasure (giver, goes_on) WHERE gone_on IS NULL;
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['retention_term', 'legal_hold', 'erasure'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY own ON hub.%I TO hub_app, hub_clerk USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()))', t);
END LOOP; END $$;
GRANT SELECT, INSERT ON hub.retention_term, hub.legal_hold TO hub_app, hub_clerk;
GRANT UPDATE (released_at, released_by) ON hub.legal_hold TO hub_app, hub_clerk;
GRANT SELECT ON hub.erasure TO hub_app, hub_clerk;
GRANT UPDATE (goes_on) ON hub.erasure TO hub_app;
GRANT INSERT, UPDATE, DELETE ON hub.erasure TO hub_clerk;
GRANT DELETE ON hub.contribution, hub.consent, hub.disclosure, hub.tombstone TO hub_clerk;
CREATE POLICY forget ON hub.disclosure FOR DELETE TO hub_clerk USING (giver = (SELECT sec.me()));
CREATE POLICY forget ON hub.tombstone FOR DELETE TO hub_clerk USING (reader = (SELECT sec.me()));
CREATE FUNCTION hub.keep_cases() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM hub.legal_hold h WHERE h.giver = OLD.giver AND h.contribution = OLD.id AND h.released_at IS NULL) THEN
    RAISE EXCEPTION 'held' USING ERRCODE = '23503', CONSTRAINT = 'contribution_held';
  END IF;
  IF NOT EXISTS (SELECT FROM hub.erasure e WHERE e.giver = OLD.giver AND e.contribution = OLD.id AND e.gone_on IS NOT NULL) THEN
    RAISE EXCEPTION 'not announced' USING ERRCODE = '23503', CONSTRAINT = 'contribution_unannounced';
  END IF;
  RETURN OLD;
END $$;
CREATE FUNCTION hub.keep_consents() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM hub.contribution c WHERE c.giver = OLD.giver AND c.id = OLD.contribution) THEN
    RAISE EXCEPTION 'in use' USING ERRCODE = '23503', CONSTRAINT = 'consent_in_use';
  END IF;
  RETURN OLD;
END $$;
REVOKE ALL ON FUNCTION hub.keep_cases(), hub.keep_consents() FROM PUBLIC;
CREATE TRIGGER contribution_stays BEFORE DELETE ON hub.contribution FOR EACH ROW EXECUTE FUNCTION hub.keep_cases();
CREATE TRIGGER consent_stays BEFORE DELETE ON hub.consent FOR EACH ROW EXECUTE FUNCTION hub.keep_consents();
{_kinds("ARRAY[", OURS)}
"""

DOWN = f"""
{FORGET}{_kinds(OURS, "ARRAY[")}
DROP TRIGGER consent_stays ON hub.consent;
DROP TRIGGER contribution_stays ON hub.contribution;
DROP FUNCTION hub.keep_consents(), hub.keep_cases();
DROP POLICY forget ON hub.tombstone;
DROP POLICY forget ON hub.disclosure;
REVOKE DELETE ON hub.contribution, hub.consent, hub.disclosure, hub.tombstone FROM hub_clerk;
DROP TABLE hub.erasure, hub.legal_hold, hub.retention_term;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
