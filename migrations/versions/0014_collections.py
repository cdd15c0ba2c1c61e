"""
Monthly collections: gatherings, statements, and what each recipient was given: numbered copies of its rows.

A case is copied once per shape (`collected`). Copies are numbered as they are made, so an edition is two numbers: its lines are the
copies that it made, and the older ones that still stood when it was made and stand in more editions than their own. When a row leaves
the inbox, or may no longer be used for the collection, the triggers that take it away empty its copies as well, in the same transaction;
the line stays, and says when. A row that only changes leaves its copies alone (design: casuistry.md 2 and 7). Who takes a row away and who
copies the rows of its recipient wait for each other: otherwise a copy of what was just taken away would stand that neither of them saw.
What a person may ask of the ledger is a job of a gathering that this person's partner leads, under the very name the clock gives it and for
the partner it names: any other row could stand in the way of the real one for ever.
"""

from alembic import op

revision = "0014"
down_revision = "0013"

FACTS = (
    "incident_from date, incident_to date, municipality text, province text, online bool, grounds text[], ground_families text[], "
    "terrain text, nature text, report_kind text, public_task bool, mass_report bool, reported_by text, residence_municipality text, "
    "residence_province text, contact_wish text, reported_elsewhere text[], reported_elsewhere_any bool, also_known_to text[], "
    "also_known_to_any bool, narrative bytea, accused text, status text, phase text, handling text[], offences text[], "
    "offence_families text[], outcome text, outcome_kind text"
)
VALUES = ", ".join(word.split()[0] for word in FACTS.split(", "))
EMPTIED = ", ".join(f"{name} = NULL" for name in (*VALUES.split(", "), "states", "is_closed", "salt"))
CARRIED = (
    "incident_from, incident_to, municipality, province, online, grounds, ground_families, terrain, nature, report_kind, public_task, "
    "mass_report, reported_by, residence_municipality, residence_province, contact_wish, reported_elsewhere, reported_elsewhere_any, "
    "also_known_to, also_known_to_any, narrative, accused, status, phase, handling, offences, offence_families, outcome, outcome_kind, "
    "visible_revision, fact_revisions, revised_on, first_given_on, changed_on, shown_until, policy_version, "
    "for_case_work, for_collection, for_consultation, for_help, for_monitor, content_revision"
)
GATHERING_LOCK = 14  # with the recipient's number; hub/casuistry/gathering.py takes it alone, a recall beside other recalls
# What may no longer be used for the collection: it could be, and what stands there now can not. As sets, since pair by pair thousands of
# changed rows take seconds: the planner knows nothing of transition tables. A row that could not be used has no copies with anything in them.
USED = "SELECT s.recipient, s.giver, s.code, s.kind, s.contribution FROM stale s WHERE s.state = 'shown' AND s.for_collection"
STILL = "SELECT n.recipient, n.giver, n.code, n.kind, n.contribution FROM fresh n WHERE n.state = 'shown' AND n.for_collection"
OVER = f"{USED} EXCEPT {STILL}"
DAYS = "SELECT n.recipient, n.contribution, n.kind, n.changed_on FROM fresh n WHERE n.state = 'closed'"
NO_DAYS = "SELECT NULL::int AS recipient, NULL::uuid AS contribution, NULL::text AS kind, NULL::date AS changed_on WHERE false"
GONE = """
  IF EXISTS ({over}) THEN
    PERFORM set_config('lock_timeout', '8s', true); -- a gathering may take longer than two people wait for each other
    PERFORM pg_advisory_xact_lock_shared({lock}, r.recipient) FROM (SELECT DISTINCT o.recipient FROM ({over}) o ORDER BY o.recipient) r;
    EXECUTE $q$UPDATE hub.collected c SET {emptied}, recalled_on = coalesce(o.day, CURRENT_DATE)
      FROM (SELECT w.*, d.changed_on AS day FROM ({over}) w LEFT JOIN ({days}) d USING (recipient, contribution, kind)) o
     WHERE c.recipient = o.recipient AND c.giver = o.giver AND c.code = o.code AND c.kind = o.kind AND c.recalled_on IS NULL AND NOT c.is_gone$q$;
  END IF;"""

ASKED = """state = 'due' AND due_at = not_before AND EXISTS (
  SELECT FROM hub.gathering g LEFT JOIN hub.partner p ON p.id = job_run.partner,
         LATERAL (SELECT to_char(g.month, 'YYYY-MM') || '/' || g.province AS name) n
   WHERE g.collector = (SELECT sec.me()) AND job_run.due_at >= g.opened_at
     AND job_run.due_at <= greatest(g.planned_delivery_at, g.delivered_at) + interval '62 days'
     AND CASE job_run.job WHEN 'deliver' THEN job_run.partner IS NULL AND job_run.period = n.name
       WHEN 'gather' THEN job_run.period IN (n.name || '/' || p.slug, n.name || '/' || p.slug || '/ronde-' || g.round,
           n.name || '/' || p.slug || '/terug-' || g.round)
         OR EXISTS (SELECT FROM hub.gathering_step s WHERE s.province = g.province AND s.month = g.month AND s.word = 'late'
           AND job_run.period = n.name || '/' || p.slug || '/late-' || s.no) END)"""
ASKED_BEFORE = "job IN ('gather', 'deliver') AND period ~ '^[0-9]{4}-[0-9]{2}/' AND state = 'due' AND sec.me() IS NOT NULL"


def _triggers(*, change: str, end: str) -> str:
    """The functions that keep the inbox in step, with what else they do when rows changed or went."""
    row = f"recipient, giver, code, kind, {CARRIED}, states"
    new = ", ".join(f"n.{name}" for name in f"recipient giver code kind {CARRIED.replace(',', '')}".split())
    head = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
    take = """DELETE FROM hub.inbox i USING stale s
   WHERE i.recipient = s.recipient AND i.giver = s.giver AND i.code = s.code AND i.kind = s.kind AND s.state = 'shown';"""
    return f"""
GRANT CREATE ON SCHEMA hub TO hub_post;
SET LOCAL ROLE hub_post;
CREATE OR REPLACE FUNCTION hub.post_change() {head} AS $$
BEGIN
  {take}
  INSERT INTO hub.inbox ({row}) SELECT {new}, translate(n.states, 'aftphune', '--------') FROM fresh n
   WHERE n.state = 'shown' ORDER BY n.recipient, n.code;{change}
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION hub.post_end() {head} AS $$
BEGIN
  {take}{end}
  RETURN NULL;
END $$;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA hub FROM hub_post;
"""


UP = f"""
CREATE TABLE hub.gathering (
  province text NOT NULL, month date NOT NULL, collector int NOT NULL, state text NOT NULL, round int NOT NULL, gathered int[] NOT NULL,
  opened_at timestamptz NOT NULL, planned_freeze_at timestamptz NOT NULL, planned_delivery_at timestamptz NOT NULL,
  frozen_at timestamptz, frozen_because text, delivered_at timestamptz, moved_because text, reopened_because text,
  CONSTRAINT gathering_pkey PRIMARY KEY (province, month), CONSTRAINT gathering_partner_fkey FOREIGN KEY (collector) REFERENCES hub.partner (id),
  CONSTRAINT gathering_state_check CHECK (state IN ('open', 'frozen', 'delivered')),
  CONSTRAINT gathering_month_check CHECK (extract(day FROM month) = 1),
  CONSTRAINT gathering_frozen_check CHECK ((frozen_at IS NULL) = (state = 'open')),
  CONSTRAINT gathering_delivered_check CHECK ((delivered_at IS NULL) = (state IN ('open', 'frozen'))));
CREATE TABLE hub.gathering_step (
  province text NOT NULL, month date NOT NULL, no int NOT NULL, collector int NOT NULL, word text NOT NULL, at timestamptz NOT NULL,
  by_person uuid, because text, about int,
  CONSTRAINT gathering_step_pkey PRIMARY KEY (province, month, no),
  CONSTRAINT gathering_step_word_check
    CHECK (word IN ('opened', 'asked', 'frozen', 'moved', 'reopened', 'delivered', 'late')));
CREATE TABLE hub.readiness (
  collector int NOT NULL, province text NOT NULL, month date NOT NULL, giver int NOT NULL, no int NOT NULL, at timestamptz NOT NULL,
  CONSTRAINT readiness_pkey PRIMARY KEY (collector, province, month, giver, no));
CREATE TABLE hub.statement (
  giver int NOT NULL, province text NOT NULL, month date NOT NULL, no int NOT NULL, kind text NOT NULL, made_at timestamptz NOT NULL,
  made_by uuid, CONSTRAINT statement_pkey PRIMARY KEY (giver, province, month, no),
  CONSTRAINT statement_kind_check CHECK (kind IN ('complete', 'nothing')));
CREATE TABLE hub.collection (
  recipient int NOT NULL, province text NOT NULL, month date NOT NULL, number int NOT NULL, kind text NOT NULL, because text,
  round int NOT NULL, interval_from timestamptz, frozen_at timestamptz NOT NULL, delivered_at timestamptz, agreements bytea NOT NULL,
  builder_version text NOT NULL, first_copy int NOT NULL, last_copy int NOT NULL, rows int NOT NULL, root bytea, json_sha256 bytea, xlsx_sha256 bytea, ods_sha256 bytea, pdf_sha256 bytea,
  leaves bytea, first_opened_at timestamptz,
  CONSTRAINT collection_pkey PRIMARY KEY (recipient, province, month, number),
  CONSTRAINT collection_kind_check CHECK (kind IN ('main', 'withdrawn', 'corrected', 'late', 'shared_otherwise')),
  CONSTRAINT collection_copies_check CHECK (last_copy >= first_copy - 1),
  CONSTRAINT collection_number_check CHECK (number >= 0 AND (number = 0) = (kind = 'main')));
CREATE TABLE hub.collected (
  recipient int NOT NULL, area text NOT NULL, copy int NOT NULL, giver int NOT NULL, code char(11) NOT NULL, kind text NOT NULL,
  replaced_by int, before_copy int, part smallint NOT NULL, is_again bool NOT NULL, is_reopened bool NOT NULL, is_gone bool NOT NULL,
  stands_once bool NOT NULL, contribution uuid, visible_revision int NOT NULL,
  content_revision int NOT NULL, changed_on date NOT NULL, is_closed bool, states char(20), {FACTS}, salt bytea, recalled_on date,
  CONSTRAINT collected_pkey PRIMARY KEY (recipient, area, copy),
  CONSTRAINT collected_part_check CHECK (part IN (1, 2, 3, 4, 7) AND (part = 7) = is_gone AND (stands_once OR NOT is_gone)),
  CONSTRAINT collected_replaced_check CHECK (replaced_by > copy AND before_copy < copy),
  CONSTRAINT collected_own_check CHECK ((contribution IS NOT NULL) = (giver = recipient)),
  CONSTRAINT collected_salt_check CHECK (length(salt) = 16), CONSTRAINT collected_gone_check CHECK (NOT is_gone OR salt IS NULL));
CREATE INDEX collected_latest_ix ON hub.collected (recipient, area) INCLUDE (copy, giver, code, kind, visible_revision, content_revision,
  is_closed, is_gone, stands_once, contribution, recalled_on) WHERE replaced_by IS NULL;
CREATE INDEX inbox_collection_ix ON hub.inbox (recipient, province) WHERE for_collection;
CREATE INDEX collected_case_ix ON hub.collected (recipient, giver, code);
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY
  ARRAY['gathering', 'gathering_step', 'readiness', 'statement', 'collection', 'collected'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
END LOOP; END $$;
CREATE POLICY announced ON hub.gathering FOR SELECT TO hub_app, hub_clerk USING (true);
CREATE POLICY open ON hub.gathering FOR INSERT TO hub_clerk WITH CHECK (true);
CREATE POLICY move_on ON hub.gathering FOR UPDATE TO hub_clerk USING (true) WITH CHECK (true);
CREATE POLICY lead ON hub.gathering FOR UPDATE TO hub_app USING (collector = (SELECT sec.me())) WITH CHECK (collector = (SELECT sec.me()));
CREATE POLICY announced ON hub.gathering_step FOR SELECT TO hub_app, hub_clerk USING (true);
CREATE POLICY note ON hub.gathering_step FOR INSERT TO hub_clerk WITH CHECK (true);
CREATE POLICY lead ON hub.gathering_step FOR INSERT TO hub_app WITH CHECK (collector = (SELECT sec.me()));
CREATE POLICY own ON hub.readiness FOR SELECT TO hub_app, hub_clerk USING (collector = (SELECT sec.me()));
CREATE POLICY receipt ON hub.readiness FOR INSERT TO hub_app, hub_clerk WITH CHECK (giver = (SELECT sec.me()));
CREATE POLICY own ON hub.statement TO hub_app, hub_clerk USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()));
CREATE POLICY own ON hub.collection TO hub_app, hub_clerk USING (recipient = (SELECT sec.me())) WITH CHECK (recipient = (SELECT sec.me()));
CREATE POLICY own ON hub.collected TO hub_app, hub_clerk USING (recipient = (SELECT sec.me())) WITH CHECK (recipient = (SELECT sec.me()));
CREATE POLICY post ON hub.collected TO hub_post USING (giver = (SELECT sec.me())) WITH CHECK (giver = (SELECT sec.me()));
GRANT SELECT ON hub.gathering, hub.gathering_step, hub.readiness, hub.statement, hub.collection, hub.collected TO hub_app, hub_clerk;
GRANT INSERT ON hub.gathering_step, hub.readiness, hub.statement TO hub_app, hub_clerk;
GRANT INSERT, UPDATE ON hub.gathering TO hub_clerk;
GRANT UPDATE (state, round, gathered, planned_freeze_at, planned_delivery_at, frozen_at, frozen_because, moved_because, reopened_because)
  ON hub.gathering TO hub_app;
GRANT INSERT, UPDATE, DELETE ON hub.collection, hub.collected TO hub_clerk;
GRANT UPDATE (first_opened_at) ON hub.collection TO hub_app;
ALTER TABLE hub.disclosure DROP CONSTRAINT disclosure_outlet_check,
  ADD CONSTRAINT disclosure_outlet_check CHECK (outlet IN ('list', 'page', 'command', 'collection'));
ALTER POLICY ask ON hub.job_run WITH CHECK ({ASKED});
GRANT SELECT (recipient, giver, code, kind, is_gone, recalled_on), UPDATE ({VALUES}, states, is_closed, salt, recalled_on)
  ON hub.collected TO hub_post;
{_triggers(
    change=GONE.format(over=OVER, days=DAYS, lock=GATHERING_LOCK, emptied=EMPTIED),
    end=GONE.format(over=USED, days=NO_DAYS, lock=GATHERING_LOCK, emptied=EMPTIED),
)}
"""

DOWN = f"""
{_triggers(change="", end="")}
ALTER TABLE hub.disclosure DROP CONSTRAINT disclosure_outlet_check,
  ADD CONSTRAINT disclosure_outlet_check CHECK (outlet IN ('list', 'page', 'command')) NOT VALID; -- receipts that are there stay
ALTER POLICY ask ON hub.job_run WITH CHECK ({ASKED_BEFORE});
DROP INDEX hub.inbox_collection_ix;
DROP TABLE hub.collected, hub.collection, hub.statement, hub.readiness, hub.gathering_step, hub.gathering;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
