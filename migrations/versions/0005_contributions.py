"""
What a partner brings in and holds itself: imports, references, contributions, revisions, consent, hold-back, concerns.

Consents, and in the next migration `given`, have as many rows a case as it has recipients. A foreign key asks for each row by itself
whether the case is there: 10 µs a row, a third of all that PostgreSQL does for an import (measured on 2 cores). `of_a_case` asks once
a statement, 1 µs a row, and answers with the same SQLSTATE. It sees what the asking role sees, its own contributions; a row of another
giver was refused by its policy before. Nobody may delete a contribution, so a row cannot lose its case afterwards either.
"""

from alembic import op

revision = "0005"
down_revision = "0004"

FACTS = """
  incident_from date, incident_to date, municipality text, province text, online bool, grounds text[], ground_families text[],
  terrain text, nature text, report_kind text, public_task bool, mass_report bool, reported_by text,
  residence_municipality text, residence_province text, contact_wish text, reported_elsewhere text[], reported_elsewhere_any bool,
  also_known_to text[], also_known_to_any bool, narrative bytea, accused text, status text, phase text, handling text[],
  offences text[], offence_families text[], outcome text, outcome_kind text,
  CHECK ((incident_from IS NULL) = (incident_to IS NULL) AND incident_from <= incident_to)"""

UP = f"""
CREATE TABLE hub.import_run (
  giver int NOT NULL, id uuid NOT NULL, export text NOT NULL, mapping_version text NOT NULL, file_hash bytea NOT NULL, at timestamptz NOT NULL,
  received int NOT NULL, accepted_new int NOT NULL, updated int NOT NULL, unchanged int NOT NULL, vanished int NOT NULL, refused int NOT NULL,
  CONSTRAINT import_run_pkey PRIMARY KEY (giver, id), CONSTRAINT import_run_partner_fkey FOREIGN KEY (giver) REFERENCES hub.partner (id));
CREATE TABLE hub.upload (
  giver int NOT NULL, id uuid NOT NULL, export text NOT NULL, suffix text NOT NULL, sealed bytea, file_hash bytea NOT NULL,
  offered_at timestamptz NOT NULL, offered_by uuid NOT NULL, state text NOT NULL, run uuid,
  CONSTRAINT upload_pkey PRIMARY KEY (giver, id), CONSTRAINT upload_state_check CHECK (state IN ('waiting', 'taken_in', 'discarded')),
  CONSTRAINT upload_sealed_check CHECK ((sealed IS NOT NULL) = (state = 'waiting')),
  CONSTRAINT upload_run_check CHECK ((run IS NOT NULL) = (state = 'taken_in')));
CREATE TABLE hub.contribution (
  giver int NOT NULL, id uuid NOT NULL, own_code char(11) NOT NULL, state text NOT NULL, latest_no int NOT NULL,
  first_released_on date NOT NULL, closed_on date, changed_at timestamptz NOT NULL, fingerprint bytea NOT NULL,
  CONSTRAINT contribution_pkey PRIMARY KEY (giver, id), CONSTRAINT contribution_giver_own_code_key UNIQUE (giver, own_code),
  CONSTRAINT contribution_partner_fkey FOREIGN KEY (giver) REFERENCES hub.partner (id),
  CONSTRAINT contribution_state_check CHECK (state IN ('released', 'closed', 'withdrawn')),
  CONSTRAINT contribution_latest_no_check CHECK (latest_no > 0));
CREATE INDEX contribution_newest_ix ON hub.contribution (giver, changed_at DESC, own_code);
CREATE TABLE hub.source_reference (
  giver int NOT NULL, kind text NOT NULL, index_version int NOT NULL, index bytea NOT NULL, cipher bytea NOT NULL, contribution uuid NOT NULL,
  export text NOT NULL, seen_run uuid NOT NULL,
  CONSTRAINT source_reference_pkey PRIMARY KEY (giver, kind, index_version, index),
  CONSTRAINT source_reference_contribution_fkey FOREIGN KEY (giver, contribution) REFERENCES hub.contribution (giver, id) ON DELETE CASCADE,
  CONSTRAINT source_reference_kind_check CHECK (kind IN ('case', 'update')), CONSTRAINT source_reference_index_check CHECK (length(index) = 32));
CREATE INDEX source_reference_seen_ix ON hub.source_reference (giver, export, seen_run);
CREATE TABLE hub.revision (
  giver int NOT NULL, contribution uuid NOT NULL, no int NOT NULL, made_at timestamptz NOT NULL, made_by uuid, run uuid, {FACTS},
  unknown text[] NOT NULL, erased text[] NOT NULL, words jsonb NOT NULL,
  anonymity text, reporter_age text, inquiry text, police_regime text, prosecution text, weighty_interest text,
  CONSTRAINT revision_pkey PRIMARY KEY (giver, contribution, no),
  CONSTRAINT revision_contribution_fkey FOREIGN KEY (giver, contribution) REFERENCES hub.contribution (giver, id) ON DELETE CASCADE);
CREATE TABLE hub.consent (
  giver int NOT NULL, contribution uuid NOT NULL, recipient int NOT NULL, no int NOT NULL, state text NOT NULL, purposes text[] NOT NULL,
  at timestamptz NOT NULL, by_person uuid, given_by text NOT NULL, how text NOT NULL, until date, facts text[],
  CONSTRAINT consent_pkey PRIMARY KEY (giver, contribution, recipient, no),
  CONSTRAINT consent_state_check CHECK (state IN ('not_asked', 'given', 'refused', 'narrowed', 'withdrawn')),
  CONSTRAINT consent_facts_check CHECK ((facts IS NOT NULL) = (state = 'narrowed')),
  CONSTRAINT consent_given_by_check CHECK (given_by IN ('reporter', 'guardian')),
  CONSTRAINT consent_how_check CHECK (how IN ('talk', 'phone', 'letter', 'code', 'import')));
CREATE FUNCTION hub.of_a_case() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE lost bool;
BEGIN -- planned anew each time: a plan that was made for ten rows would be followed for a hundred thousand
  EXECUTE 'SELECT EXISTS (SELECT FROM fresh n
    WHERE (SELECT true FROM hub.contribution c WHERE c.giver = n.giver AND c.id = n.contribution) IS NULL)' INTO lost;
  IF lost THEN
    RAISE EXCEPTION 'no such contribution' USING ERRCODE = '23503', CONSTRAINT = TG_TABLE_NAME || '_contribution_fkey';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.of_a_case() FROM PUBLIC;
CREATE TRIGGER consent_case AFTER INSERT ON hub.consent REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hub.of_a_case();
CREATE TABLE hub.hold_back (
  giver int NOT NULL, contribution uuid NOT NULL, no int NOT NULL, recipient int, fact text, precision text, because text NOT NULL,
  until date, by_person uuid, at timestamptz NOT NULL, lifted_at timestamptz,
  CONSTRAINT hold_back_pkey PRIMARY KEY (giver, contribution, no),
  CONSTRAINT hold_back_contribution_fkey FOREIGN KEY (giver, contribution) REFERENCES hub.contribution (giver, id) ON DELETE CASCADE,
  CONSTRAINT hold_back_precision_check CHECK (fact IS NOT NULL OR precision IS NULL));
CREATE TABLE hub.concern (
  giver int NOT NULL, contribution uuid NOT NULL, recipient int NOT NULL, at timestamptz NOT NULL, by_person uuid,
  CONSTRAINT concern_pkey PRIMARY KEY (giver, contribution, recipient),
  CONSTRAINT concern_contribution_fkey FOREIGN KEY (giver, contribution) REFERENCES hub.contribution (giver, id) ON DELETE CASCADE);
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY
  ARRAY['import_run', 'upload', 'contribution', 'source_reference', 'revision', 'consent', 'hold_back', 'concern'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY own ON hub.%I TO hub_app, hub_clerk USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()))', t);
  EXECUTE format('GRANT SELECT, INSERT ON hub.%I TO hub_app, hub_clerk', t);
END LOOP; END $$;
GRANT UPDATE (state, sealed, run) ON hub.upload TO hub_app, hub_clerk;
GRANT UPDATE (state, latest_no, closed_on, changed_at, fingerprint) ON hub.contribution TO hub_app, hub_clerk;
GRANT UPDATE (seen_run) ON hub.source_reference TO hub_app, hub_clerk;
GRANT UPDATE (lifted_at) ON hub.hold_back TO hub_app, hub_clerk;
"""

DOWN = """
DROP TABLE hub.concern, hub.hold_back, hub.consent, hub.revision, hub.source_reference, hub.contribution, hub.upload, hub.import_run;
DROP FUNCTION hub.of_a_case();
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
