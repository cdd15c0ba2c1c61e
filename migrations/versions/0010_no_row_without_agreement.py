"""
Nothing is shown to a recipient with whom its giver has no agreement of that kind and version, whoever writes the row.

Asked once a statement, as `hub.of_a_case` is. It also settles the race between a release and a newer version: the release that read
the older one just before finds it replaced, and is refused as a whole.
"""

from alembic import op

revision = "0010"
down_revision = "0009"

UP = """
CREATE FUNCTION hub.of_an_agreement() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE lost bool;
BEGIN -- planned anew each time, as in of_a_case
  EXECUTE 'SELECT EXISTS (SELECT FROM (SELECT DISTINCT giver, recipient, kind, policy_version FROM fresh WHERE state = ''shown'') n
    WHERE NOT EXISTS (SELECT FROM hub.policy_pair p WHERE p.giver = n.giver AND p.recipient = n.recipient AND p.kind = n.kind
      AND p.version_id = n.policy_version AND p.state = ''valid''))' INTO lost;
  IF lost THEN
    RAISE EXCEPTION 'no such agreement' USING ERRCODE = '23503', CONSTRAINT = 'given_policy_pair_fkey';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.of_an_agreement() FROM PUBLIC;
CREATE TRIGGER given_agreed AFTER INSERT ON hub.given REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION hub.of_an_agreement();
CREATE TRIGGER given_agreed_again AFTER UPDATE ON hub.given REFERENCING NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION hub.of_an_agreement();
"""

DOWN = """
DROP TRIGGER given_agreed_again ON hub.given;
DROP TRIGGER given_agreed ON hub.given;
DROP FUNCTION hub.of_an_agreement();
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
