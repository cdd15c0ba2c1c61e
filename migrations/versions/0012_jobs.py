"""
Jobs that the hub does by itself: the ledger, its attempts, and the pulse of the clocks; and accounts that only keep the hub running.

The tables are common: they hold names of jobs, periods and partners, and nothing of a case. The clerk writes them. A person's work may
only ask for a job of the monthly collection, as a new row that is due; whether its moment has come is for the deed itself to find.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

ROLES = "'case_worker', 'coordinator', 'privacy_officer', 'auditor'"

UP = f"""
CREATE TABLE hub.job_run (
  job text NOT NULL, period text NOT NULL, partner int, due_at timestamptz NOT NULL, not_before timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'due', finished_at timestamptz, forgiven int NOT NULL DEFAULT 0,
  CONSTRAINT job_run_pkey PRIMARY KEY (job, period),
  CONSTRAINT job_run_partner_fkey FOREIGN KEY (partner) REFERENCES hub.partner (id),
  CONSTRAINT job_run_job_check CHECK (job ~ '^[a-z][a-z_]{{0,23}}$'),
  CONSTRAINT job_run_period_check CHECK (period ~ '^[a-z0-9][a-z0-9:/_-]{{0,79}}$'),
  CONSTRAINT job_run_state_check CHECK (state IN ('due', 'done', 'failed', 'skipped')),
  CONSTRAINT job_run_finished_check CHECK ((state = 'due') = (finished_at IS NULL)),
  CONSTRAINT job_run_forgiven_check CHECK (forgiven >= 0));
CREATE INDEX job_run_waiting_ix ON hub.job_run (due_at) WHERE state = 'due';
CREATE TABLE hub.job_attempt (
  id bigint GENERATED ALWAYS AS IDENTITY, job text NOT NULL, period text NOT NULL, worker text NOT NULL,
  started_at timestamptz NOT NULL, ended_at timestamptz, error text,
  CONSTRAINT job_attempt_pkey PRIMARY KEY (id),
  CONSTRAINT job_attempt_job_run_fkey FOREIGN KEY (job, period) REFERENCES hub.job_run (job, period) ON DELETE CASCADE,
  CONSTRAINT job_attempt_error_check CHECK (error ~ '^[A-Za-z_][A-Za-z0-9_]{{0,63}}$'));
CREATE INDEX job_attempt_job_period_ix ON hub.job_attempt (job, period);
CREATE TABLE hub.job_plan (
  job text NOT NULL, begun_at timestamptz NOT NULL, since timestamptz NOT NULL, until timestamptz NOT NULL, next_at timestamptz,
  CONSTRAINT job_plan_pkey PRIMARY KEY (job));
CREATE TABLE hub.pulse (
  worker text NOT NULL, duty text NOT NULL, at timestamptz NOT NULL, error text, CONSTRAINT pulse_pkey PRIMARY KEY (worker, duty),
  CONSTRAINT pulse_error_check CHECK (error ~ '^[A-Za-z_][A-Za-z0-9_]{{0,63}}$'));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['job_run', 'job_attempt', 'job_plan', 'pulse'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
END LOOP; END $$;
CREATE POLICY clerk ON hub.job_run TO hub_clerk USING (true) WITH CHECK (true);
CREATE POLICY clerk ON hub.job_attempt TO hub_clerk USING (true) WITH CHECK (true);
CREATE POLICY clerk ON hub.job_plan TO hub_clerk USING (true) WITH CHECK (true);
CREATE POLICY clerk ON hub.pulse TO hub_clerk USING (true) WITH CHECK (true);
CREATE POLICY look ON hub.job_run FOR SELECT TO hub_app USING (true);
CREATE POLICY look ON hub.job_attempt FOR SELECT TO hub_app USING (true);
CREATE POLICY look ON hub.job_plan FOR SELECT TO hub_app USING (true);
CREATE POLICY look ON hub.pulse FOR SELECT TO hub_app, hub_door USING (true);
CREATE POLICY ask ON hub.job_run FOR INSERT TO hub_app
  WITH CHECK (job IN ('gather', 'deliver') AND period ~ '^[0-9]{{4}}-[0-9]{{2}}/' AND state = 'due' AND sec.me() IS NOT NULL);
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.job_run, hub.job_attempt, hub.pulse TO hub_clerk;
GRANT SELECT, INSERT, UPDATE ON hub.job_plan TO hub_clerk;
GRANT SELECT ON hub.job_run, hub.job_attempt, hub.job_plan, hub.pulse TO hub_app;
GRANT SELECT ON hub.pulse TO hub_door;
GRANT INSERT (job, period, partner, due_at, not_before) ON hub.job_run TO hub_app;
ALTER TABLE hub.account DROP CONSTRAINT account_roles_check,
  ADD CONSTRAINT account_roles_check CHECK (roles <@ ARRAY[{ROLES}, 'operator']);
"""

DOWN = f"""
ALTER TABLE hub.account NO FORCE ROW LEVEL SECURITY;
UPDATE hub.account SET roles = array_remove(roles, 'operator');
ALTER TABLE hub.account FORCE ROW LEVEL SECURITY;
ALTER TABLE hub.account DROP CONSTRAINT account_roles_check, ADD CONSTRAINT account_roles_check CHECK (roles <@ ARRAY[{ROLES}]);
DROP TABLE hub.pulse, hub.job_plan, hub.job_attempt, hub.job_run;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
