"""
A row tells its recipient apart whether the case changed or only the sharing: `content_revision` rises with a new revision alone.

The monthly edition says 'gewijzigd' of the one and 'anders gedeeld' of the other (design: casuistry.md 2 and 4). A row that stands
already is taken as changed as often as it was seen to change.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

CARRIED = (
    "incident_from, incident_to, municipality, province, online, grounds, ground_families, terrain, nature, report_kind, public_task, "
    "mass_report, reported_by, residence_municipality, residence_province, contact_wish, reported_elsewhere, reported_elsewhere_any, "
    "also_known_to, also_known_to_any, narrative, accused, status, phase, handling, offences, offence_families, outcome, outcome_kind, "
    "visible_revision, fact_revisions, revised_on, first_given_on, changed_on, shown_until, policy_version, "
    "for_case_work, for_collection, for_consultation, for_help, for_monitor"
)


def _triggers(carried: str) -> str:
    """The functions that keep the inbox in step, for these columns of `given`."""
    row = f"recipient, giver, code, kind, {carried}, states"
    new = ", ".join(f"n.{name}" for name in f"recipient giver code kind {carried.replace(',', '')}".split())
    put = f"INSERT INTO hub.inbox ({row}) SELECT {new}, translate(n.states, 'aftphune', '--------') FROM fresh n"
    head = "RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
    return f"""
SET LOCAL ROLE hub_post;
CREATE OR REPLACE FUNCTION hub.post_new() {head} AS $$
BEGIN
  {put} WHERE n.state = 'shown' ORDER BY n.recipient, n.code;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION hub.post_change() {head} AS $$
BEGIN
  DELETE FROM hub.inbox i USING stale s
   WHERE i.recipient = s.recipient AND i.giver = s.giver AND i.code = s.code AND i.kind = s.kind AND s.state = 'shown';
  {put} WHERE n.state = 'shown' ORDER BY n.recipient, n.code;
  RETURN NULL;
END $$;
SET LOCAL ROLE hub_owner;
"""


UP = f"""
ALTER TABLE hub.given ADD COLUMN content_revision int NOT NULL DEFAULT 0;
ALTER TABLE hub.inbox ADD COLUMN content_revision int NOT NULL DEFAULT 0;
ALTER TABLE hub.given ALTER COLUMN content_revision DROP DEFAULT;
ALTER TABLE hub.inbox ALTER COLUMN content_revision DROP DEFAULT;
GRANT CREATE ON SCHEMA hub TO hub_post;
{_triggers(f"{CARRIED}, content_revision")}
REVOKE CREATE ON SCHEMA hub FROM hub_post;
"""

DOWN = f"""
GRANT CREATE ON SCHEMA hub TO hub_post;
{_triggers(CARRIED)}
REVOKE CREATE ON SCHEMA hub FROM hub_post;
ALTER TABLE hub.inbox DROP COLUMN content_revision;
ALTER TABLE hub.given DROP COLUMN content_revision;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
