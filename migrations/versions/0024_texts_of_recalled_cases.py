"""
Decisions and actions know the case that they are about: the line of the agenda item at which they were made.

By that line, and the pointer to its own row that each reader has, a reader finds out whether the case still reaches it; if not, no page
shows the words (design: consultations.md 9 and 10). A trigger fills it in, so that no deed can forget it; copies carry what the writer has.
"""

from alembic import op

revision = "0024"
down_revision = "0023"

UP = """
ALTER TABLE hub.decision ADD COLUMN line uuid;
ALTER TABLE hub.agreement ADD COLUMN line uuid;
CREATE FUNCTION hub.line_of_item() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN -- that of the case of the item, or of the action that the item came back for
  NEW.line := (SELECT coalesce(i.line, a.line) FROM hub.item i
    LEFT JOIN hub.agreement a ON a.partner = i.partner AND a.id = i.agreement WHERE i.partner = NEW.partner AND i.id = NEW.item);
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION hub.line_of_item() FROM PUBLIC;
"""

ABOUT = """
CREATE TRIGGER {table}_about BEFORE INSERT ON hub.{table}
  FOR EACH ROW WHEN (current_user <> 'hub_post') EXECUTE FUNCTION hub.line_of_item();
"""

FILL = """
ALTER TABLE hub.item NO FORCE ROW LEVEL SECURITY;
ALTER TABLE hub.{table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE hub.{table} DISABLE TRIGGER {table}_shared;
UPDATE hub.{table} d SET line = i.line FROM hub.item i WHERE i.partner = d.partner AND i.id = d.item AND i.line IS NOT NULL;
ALTER TABLE hub.{table} ENABLE TRIGGER {table}_shared;
ALTER TABLE hub.{table} FORCE ROW LEVEL SECURITY;
ALTER TABLE hub.item FORCE ROW LEVEL SECURITY;
"""

DOWN = """
DROP TRIGGER agreement_about ON hub.agreement;
DROP TRIGGER decision_about ON hub.decision;
DROP FUNCTION hub.line_of_item();
ALTER TABLE hub.agreement DROP COLUMN line;
ALTER TABLE hub.decision DROP COLUMN line;
"""


def upgrade() -> None:
    op.execute(UP)
    for table in ("decision", "agreement"):
        op.execute(FILL.format(table=table))
        op.execute(ABOUT.format(table=table))


def downgrade() -> None:
    op.execute(DOWN)
