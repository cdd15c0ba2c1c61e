"""
What is given to whom, and what each receives: two rows, the second written by the database itself.

A giver writes `given`; triggers owned by `hub_post` keep `inbox` in step. No web or clock role can write `inbox`, so a giver can
neither read nor change what stands there, and no inbox row exists without the giver's own row (design: sharing.md 8.1, README 3 and 16).
The trigger lays rows down in the order of their keys, which spares a fifth of the time. The letters of the states are looked at by
`translate`: as a regular expression they took another fifth.
"""

from alembic import op

revision = "0006"
down_revision = "0005"

SHOWN = """
  incident_from date, incident_to date, municipality text, province text, online bool, grounds text[], ground_families text[],
  terrain text, nature text, report_kind text, public_task bool, mass_report bool, reported_by text,
  residence_municipality text, residence_province text, contact_wish text, reported_elsewhere text[], reported_elsewhere_any bool,
  also_known_to text[], also_known_to_any bool, narrative bytea, accused text, status text, phase text, handling text[],
  offences text[], offence_families text[], outcome text, outcome_kind text,
  visible_revision int NOT NULL, fact_revisions smallint[] NOT NULL, revised_on date[] NOT NULL, first_given_on date NOT NULL,
  changed_on date NOT NULL, shown_until date NOT NULL, policy_version int NOT NULL,
  for_case_work bool NOT NULL, for_collection bool NOT NULL, for_consultation bool NOT NULL, for_help bool NOT NULL, for_monitor bool NOT NULL"""
COPIED = ", ".join(word.split()[0] for word in SHOWN.replace("\n", " ").split(",") if word.strip())
ROW = f"recipient, giver, code, kind, {COPIED}, states"
NEW_ROW = f"n.recipient, n.giver, n.code, n.kind, {', '.join('n.' + word.strip() for word in COPIED.split(','))}, translate(n.states, 'aftphune', '--------')"

UP = f"""
CREATE TABLE hub.given (
  giver int NOT NULL, contribution uuid NOT NULL, recipient int NOT NULL, kind text NOT NULL, code char(11), state text NOT NULL,
  because text[] NOT NULL, states char(20) NOT NULL, revision_no int NOT NULL, base_version int, floor_version int NOT NULL, {SHOWN},
  CONSTRAINT given_pkey PRIMARY KEY (giver, contribution, recipient, kind),
  CONSTRAINT given_two_check CHECK (giver <> recipient),
  CONSTRAINT given_kind_check CHECK (kind IN ('standing', 'referral')),
  CONSTRAINT given_state_check CHECK (state IN ('shown', 'closed')),
  CONSTRAINT given_because_check CHECK ((state = 'closed') = (cardinality(because) > 0)),
  CONSTRAINT given_code_check CHECK (state = 'closed' OR code IS NOT NULL),
  CONSTRAINT given_states_check CHECK (length(states) = 20 AND translate(states, 'gkaftphune', '') = ''));
CREATE TABLE hub.inbox (
  recipient int NOT NULL, giver int NOT NULL, code char(11) NOT NULL, kind text NOT NULL, {SHOWN}, states char(20) NOT NULL,
  CONSTRAINT inbox_pkey PRIMARY KEY (recipient, code, kind), CONSTRAINT inbox_states_check CHECK (length(states) = 20 AND translate(states, 'gk-', '') = ''));
CREATE INDEX inbox_newest_ix ON hub.inbox (recipient, changed_on DESC, code);
CREATE TABLE hub.seen (
  recipient int NOT NULL, giver int NOT NULL, code char(11) NOT NULL, kind text NOT NULL, outlet text NOT NULL,
  visible_revision int NOT NULL, at timestamptz NOT NULL, CONSTRAINT seen_pkey PRIMARY KEY (recipient, giver, code, kind, outlet));
CREATE TABLE hub.disclosure (
  giver int NOT NULL, id uuid NOT NULL, recipient int NOT NULL, code char(11) NOT NULL, kind text NOT NULL, visible_revision int NOT NULL,
  outlet text NOT NULL, at timestamptz NOT NULL, policy_version int NOT NULL,
  CONSTRAINT disclosure_pkey PRIMARY KEY (giver, id), CONSTRAINT disclosure_outlet_check CHECK (outlet IN ('list', 'page', 'command')));
CREATE INDEX disclosure_row_ix ON hub.disclosure (giver, recipient, code, kind);
CREATE TABLE hub.tombstone (
  reader int NOT NULL, other int NOT NULL, code char(11) NOT NULL, kind text NOT NULL, id uuid NOT NULL, writer int NOT NULL,
  cause text NOT NULL, gone_on date NOT NULL, keep_until date NOT NULL,
  CONSTRAINT tombstone_pkey PRIMARY KEY (reader, other, code, kind, id), CONSTRAINT tombstone_writer_check CHECK (writer IN (reader, other)),
  CONSTRAINT tombstone_cause_check CHECK (cause IN ('withdrawn', 'ended', 'closed')));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['given', 'inbox', 'seen', 'disclosure', 'tombstone'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
END LOOP; END $$;
CREATE POLICY own ON hub.given TO hub_app, hub_clerk USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()));
CREATE POLICY read ON hub.inbox FOR SELECT TO hub_app, hub_clerk USING (recipient = (SELECT sec.me()));
CREATE POLICY post ON hub.inbox TO hub_post USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()));
CREATE POLICY own ON hub.seen TO hub_app, hub_clerk USING (recipient = (SELECT sec.me())) WITH CHECK (recipient = (SELECT sec.me()));
CREATE POLICY own ON hub.disclosure FOR SELECT TO hub_app, hub_clerk USING (giver = (SELECT sec.me()));
CREATE POLICY receipt ON hub.disclosure FOR INSERT TO hub_app, hub_clerk WITH CHECK (recipient = (SELECT sec.me()));
CREATE POLICY own ON hub.tombstone FOR SELECT TO hub_app, hub_clerk USING (reader = (SELECT sec.me()));
CREATE POLICY bury ON hub.tombstone FOR INSERT TO hub_app, hub_clerk WITH CHECK (writer = (SELECT sec.me()));
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.given TO hub_app, hub_clerk;
GRANT SELECT ON hub.inbox TO hub_app, hub_clerk;
GRANT SELECT, INSERT, DELETE ON hub.inbox TO hub_post;
GRANT SELECT, INSERT, UPDATE ON hub.seen TO hub_app, hub_clerk;
GRANT SELECT, INSERT ON hub.disclosure, hub.tombstone TO hub_app, hub_clerk;
GRANT USAGE ON SCHEMA sec TO hub_post;
GRANT CREATE ON SCHEMA hub TO hub_post;
SET LOCAL ROLE hub_post;
CREATE FUNCTION hub.post_new() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  INSERT INTO hub.inbox ({ROW}) SELECT {NEW_ROW} FROM fresh n WHERE n.state = 'shown' ORDER BY n.recipient, n.code;
  RETURN NULL;
END $$;
CREATE FUNCTION hub.post_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  DELETE FROM hub.inbox i USING stale s
   WHERE i.recipient = s.recipient AND i.giver = s.giver AND i.code = s.code AND i.kind = s.kind AND s.state = 'shown';
  INSERT INTO hub.inbox ({ROW}) SELECT {NEW_ROW} FROM fresh n WHERE n.state = 'shown' ORDER BY n.recipient, n.code;
  RETURN NULL;
END $$;
CREATE FUNCTION hub.post_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  DELETE FROM hub.inbox i USING stale s
   WHERE i.recipient = s.recipient AND i.giver = s.giver AND i.code = s.code AND i.kind = s.kind AND s.state = 'shown';
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.post_new(), hub.post_change(), hub.post_end() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.post_new(), hub.post_change(), hub.post_end() TO hub_owner;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA hub FROM hub_post;
CREATE TRIGGER given_case AFTER INSERT ON hub.given REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hub.of_a_case();
CREATE TRIGGER given_case_again AFTER UPDATE ON hub.given REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hub.of_a_case();
CREATE TRIGGER given_insert AFTER INSERT ON hub.given REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hub.post_new();
CREATE TRIGGER given_update AFTER UPDATE ON hub.given REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION hub.post_change();
CREATE TRIGGER given_delete AFTER DELETE ON hub.given REFERENCING OLD TABLE AS stale FOR EACH STATEMENT EXECUTE FUNCTION hub.post_end();
"""

DOWN = """
DROP TABLE hub.tombstone, hub.disclosure, hub.seen, hub.inbox, hub.given;
SET LOCAL ROLE hub_post;
DROP FUNCTION hub.post_end(), hub.post_change(), hub.post_new();
SET LOCAL ROLE hub_owner;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
