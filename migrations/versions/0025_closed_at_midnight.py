"""
A version says whether rows given under an earlier one may be read under it; until its giver's clock said so, they may not.

So what a narrower version closes is closed from its first minute, also while nothing runs that could look at the rows: what is read is
asked which version is in force. `hub.covered_by_giver` lets nobody but the giver say it (design: sharing.md 3.7).
"""

from alembic import op

revision = "0025"
down_revision = "0024"

UP = """
ALTER TABLE hub.policy_pair ADD COLUMN covers bool NOT NULL DEFAULT false;
GRANT UPDATE (covers) ON hub.policy_pair TO hub_clerk;
CREATE FUNCTION hub.covered_by_giver() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NEW.giver IS DISTINCT FROM sec.me() OR NEW.state <> 'valid' THEN
    RAISE EXCEPTION 'not the giver' USING ERRCODE = '23514', CONSTRAINT = 'policy_pair_covers_check';
  END IF;
  RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION hub.covered_by_giver() FROM PUBLIC;
CREATE TRIGGER policy_pair_covers BEFORE UPDATE ON hub.policy_pair
  FOR EACH ROW WHEN (NEW.covers AND NOT OLD.covers) EXECUTE FUNCTION hub.covered_by_giver();
"""

DOWN = """
DROP TRIGGER policy_pair_covers ON hub.policy_pair;
DROP FUNCTION hub.covered_by_giver();
ALTER TABLE hub.policy_pair DROP COLUMN covers;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
