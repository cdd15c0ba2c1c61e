"""The signed context: who acts is told by the database itself, once per transaction (design: security.md 5.2)."""

from alembic import op

revision = "0001"
down_revision = None

UP = """
SET LOCAL ROLE hub_gate;
CREATE TABLE sec.pad (ip bytea NOT NULL CHECK (length(ip) = 64), op bytea NOT NULL CHECK (length(op) = 64));
CREATE TABLE sec.pass (token_hash bytea PRIMARY KEY, partner int NOT NULL, expires timestamptz NOT NULL);
CREATE FUNCTION sec.mac(m text) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
  AS $$ SELECT encode(sha256(p.op || sha256(p.ip || convert_to(m, 'utf8'))), 'hex') FROM sec.pad p $$;
CREATE FUNCTION sec.sign(p int) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE b text := p || ':' || pg_backend_pid() || ':' || extract(epoch FROM now());
BEGIN PERFORM set_config('hub.ctx', b || ':' || sec.mac(b), true); END $$;
CREATE FUNCTION sec.enter(token text) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE p int;
BEGIN
  SELECT s.partner INTO p FROM sec.pass s WHERE s.token_hash = sha256(convert_to(token, 'utf8')) AND s.expires > now();
  IF p IS NULL THEN RAISE EXCEPTION 'no pass' USING ERRCODE = '28000'; END IF;
  PERFORM sec.sign(p);
  RETURN p;
END $$;
CREATE FUNCTION sec.enter_as(p int) RETURNS int LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
  IF p IS NULL THEN RAISE EXCEPTION 'no partner' USING ERRCODE = '28000'; END IF;
  PERFORM sec.sign(p);
  RETURN p;
END $$;
CREATE FUNCTION sec.me() RETURNS int LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE f text[] := string_to_array(current_setting('hub.ctx', true), ':');
BEGIN
  IF array_length(f, 1) IS DISTINCT FROM 4 OR f[2] <> pg_backend_pid()::text OR f[3] <> extract(epoch FROM now())::text
     OR f[4] <> sec.mac(f[1] || ':' || f[2] || ':' || f[3]) THEN RETURN NULL; END IF;
  RETURN f[1]::int;
END $$;
CREATE FUNCTION sec.open_pass(token text, partner int, expires timestamptz) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  INSERT INTO sec.pass (token_hash, partner, expires) VALUES (sha256(convert_to(token, 'utf8')), partner, expires)
  ON CONFLICT (token_hash) DO UPDATE SET partner = EXCLUDED.partner, expires = EXCLUDED.expires $$;
CREATE FUNCTION sec.close_pass(hash bytea) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
  DELETE FROM sec.pass WHERE token_hash = hash OR expires < now() $$;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA sec FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA sec FROM PUBLIC;
GRANT EXECUTE ON FUNCTION sec.enter(text) TO hub_app;
GRANT EXECUTE ON FUNCTION sec.enter_as(int) TO hub_clerk;
GRANT EXECUTE ON FUNCTION sec.me() TO hub_app, hub_clerk, hub_owner, hub_post;
GRANT EXECUTE ON FUNCTION sec.open_pass(text, int, timestamptz), sec.close_pass(bytea) TO hub_door;
SET LOCAL ROLE hub_owner;
"""

DOWN = """
SET LOCAL ROLE hub_gate;
DROP FUNCTION sec.close_pass(bytea), sec.open_pass(text, int, timestamptz), sec.me(), sec.enter_as(int), sec.enter(text), sec.sign(int), sec.mac(text);
DROP TABLE sec.pass, sec.pad;
SET LOCAL ROLE hub_owner;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
