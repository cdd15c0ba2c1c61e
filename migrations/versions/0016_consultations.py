"""
Consultations: which bodies meet, who belongs to them, the plan of a year and its days; and how a row is shared between members.

A body and who belongs to it are known to all partners, as the register of partners is; nothing of a case stands there. Who leads a body
asks partners to belong to it (`membership`), and each answers for itself alone (`accession`): no row of a body reaches who did not say yes
after it was asked last. Everything else of a consultation is a shared row: who writes it (`writer`) names its readers (`members`), and `hub.share_row` gives each of them an equal copy
under its own number, in the same transaction. So every row policy stays one bare equality, a reader can change no copy but its writer can,
and a copy goes when its row goes or when its reader is named no more. Who may write for whom is asked here, not in the program:
`led` rows are the coordinating partner's, `member` rows any member's, and they reach members only; `run` rows are those of the partner that
runs a block, `sits` rows those of any partner in it, and they reach who sits in that block (design: consultations.md 2 to 4).
"""

from alembic import op

revision = "0016"
down_revision = "0015"

KINDS = (
    "'collection_delivered', 'reminder', 'silence_alarm', 'contact_proposed', 'contact_confirmed', 'contact_ended', 'addendum', "
    "'deadline_near', 'job_failed', 'test'"
)
NEW_KINDS = (
    "'body_asked', 'series_proposed', 'invitation', 'answer_wanted', 'quorum_low', 'nominations_open', 'agenda_ready', "
    "'outcomes_ready', 'minutes_ready', 'action_due'"
)
SHARED = {"attendee": "member", "series": "led", "unavailable": "member", "objection": "member", "consultation": "led", "block": "led"}
HEAD = "partner int NOT NULL, id uuid NOT NULL, writer int NOT NULL, members int[] NOT NULL, body text NOT NULL"

TABLES = f"""
CREATE TABLE hub.body (
  slug text NOT NULL, name text NOT NULL, level text NOT NULL, purpose text NOT NULL, basis text NOT NULL, coordinator int NOT NULL,
  chair int NOT NULL, province text, collaborations text[] NOT NULL, per_year int NOT NULL, weekday smallint NOT NULL,
  starts_at time NOT NULL, minutes int NOT NULL, place text NOT NULL, lead int NOT NULL, min_gap int NOT NULL, max_gap int NOT NULL,
  quorum int NOT NULL, link text NOT NULL DEFAULT '', made_at timestamptz NOT NULL,
  CONSTRAINT body_pkey PRIMARY KEY (slug), CONSTRAINT body_slug_coordinator_key UNIQUE (slug, coordinator),
  CONSTRAINT body_slug_check CHECK (slug ~ '^[a-z][a-z0-9-]{{2,39}}$'),
  CONSTRAINT body_level_check CHECK (level IN ('case', 'theme', 'figures')),
  CONSTRAINT body_times_check CHECK (per_year BETWEEN 1 AND 12 AND weekday BETWEEN 1 AND 5 AND minutes BETWEEN 30 AND 480),
  CONSTRAINT body_gaps_check CHECK (lead BETWEEN 0 AND 40 AND min_gap >= 14 AND max_gap BETWEEN min_gap AND 400 AND quorum >= 1),
  CONSTRAINT body_coordinator_fkey FOREIGN KEY (coordinator) REFERENCES hub.partner (id),
  CONSTRAINT body_chair_fkey FOREIGN KEY (chair) REFERENCES hub.partner (id));
CREATE TABLE hub.membership (
  body text NOT NULL, partner int NOT NULL, coordinator int NOT NULL, required bool NOT NULL, since date NOT NULL, until date,
  asked_at timestamptz NOT NULL,
  CONSTRAINT membership_pkey PRIMARY KEY (body, partner), CONSTRAINT membership_partner_fkey FOREIGN KEY (partner) REFERENCES hub.partner (id),
  CONSTRAINT membership_body_fkey FOREIGN KEY (body, coordinator) REFERENCES hub.body (slug, coordinator));
CREATE TABLE hub.accession (
  partner int NOT NULL, body text NOT NULL, answer text NOT NULL, basis text NOT NULL, because text NOT NULL, answered_at timestamptz NOT NULL,
  CONSTRAINT accession_pkey PRIMARY KEY (partner, body), CONSTRAINT accession_body_fkey FOREIGN KEY (body) REFERENCES hub.body (slug),
  CONSTRAINT accession_partner_fkey FOREIGN KEY (partner) REFERENCES hub.partner (id),
  CONSTRAINT accession_answer_check CHECK (answer IN ('yes', 'no', 'left')),
  CONSTRAINT accession_words_check CHECK (length(basis) <= 300 AND length(because) <= 300
    AND CASE answer WHEN 'yes' THEN basis <> '' ELSE because <> '' END));
CREATE TABLE hub.attendee (
  {HEAD}, account uuid, name text NOT NULL, duty text NOT NULL, is_required bool NOT NULL,
  CONSTRAINT attendee_pkey PRIMARY KEY (partner, id), CONSTRAINT attendee_name_check CHECK (length(name) BETWEEN 1 AND 80),
  CONSTRAINT attendee_duty_check CHECK (duty IN ('attendee', 'chair', 'note_taker')));
CREATE TABLE hub.series (
  {HEAD}, year int NOT NULL, state text NOT NULL, previous date NOT NULL, rules jsonb NOT NULL, days date[] NOT NULL, certificate jsonb,
  proposed_at timestamptz, object_until date, settled_at timestamptz,
  CONSTRAINT series_pkey PRIMARY KEY (partner, id), CONSTRAINT series_year_key UNIQUE (partner, body, year),
  CONSTRAINT series_state_check CHECK (state IN ('draft', 'proposed', 'settled', 'closed')),
  CONSTRAINT series_settled_check CHECK ((settled_at IS NOT NULL) = (state IN ('settled', 'closed'))));
CREATE TABLE hub.unavailable (
  {HEAD}, weekday smallint, first date, last date, kind text NOT NULL, told_at timestamptz NOT NULL,
  CONSTRAINT unavailable_pkey PRIMARY KEY (partner, id),
  CONSTRAINT unavailable_kind_check CHECK (kind IN ('duty', 'holiday', 'other')),
  CONSTRAINT unavailable_when_check CHECK ((weekday IS NULL) = (first IS NOT NULL) AND (first IS NULL) = (last IS NULL)
    AND last >= first AND weekday BETWEEN 1 AND 5));
CREATE TABLE hub.objection (
  {HEAD}, series uuid NOT NULL, day date NOT NULL, because text NOT NULL, made_at timestamptz NOT NULL, withdrawn_at timestamptz,
  CONSTRAINT objection_pkey PRIMARY KEY (partner, id), CONSTRAINT objection_because_check CHECK (length(because) BETWEEN 1 AND 300));
CREATE TABLE hub.consultation (
  {HEAD}, series uuid, state text NOT NULL, starts timestamptz NOT NULL, ends timestamptz NOT NULL, place text NOT NULL, link text NOT NULL,
  sequence int NOT NULL, because text, reference_month date NOT NULL, prepared_at timestamptz, published_at timestamptz,
  actual_start timestamptz, actual_end timestamptz, version int NOT NULL,
  CONSTRAINT consultation_pkey PRIMARY KEY (partner, id),
  CONSTRAINT consultation_state_check CHECK (state IN ('planned', 'preparing', 'published', 'going', 'held', 'minuted', 'adopted', 'closed',
    'cancelled', 'not_held')),
  CONSTRAINT consultation_ends_check CHECK (ends > starts AND actual_end >= actual_start),
  CONSTRAINT consultation_because_check CHECK (state NOT IN ('cancelled', 'not_held') OR because IS NOT NULL));
CREATE TABLE hub.block (
  {HEAD}, consultation uuid, no int NOT NULL, name text NOT NULL, kind text NOT NULL, seats int[] NOT NULL, run_by int NOT NULL,
  minutes int NOT NULL, starts timestamptz,
  CONSTRAINT block_pkey PRIMARY KEY (partner, id),
  CONSTRAINT block_kind_check CHECK (kind IN ('opening', 'agreements', 'cases', 'break', 'reserve', 'closing')),
  CONSTRAINT block_seats_check CHECK (cardinality(seats) > 0 AND run_by = ANY (seats) AND seats <@ members),
  CONSTRAINT block_minutes_check CHECK (minutes BETWEEN 1 AND 480));
CREATE POLICY colleagues ON hub.account FOR SELECT TO hub_app USING (partner = (SELECT sec.me()));
GRANT SELECT (partner, id, name, roles, active) ON hub.account TO hub_app;
CREATE INDEX consultation_body_ix ON hub.consultation (partner, body, starts);
ALTER TABLE hub.notice DROP CONSTRAINT notice_kind_check, ADD CONSTRAINT notice_kind_check CHECK (kind IN ({KINDS}, {NEW_KINDS}));
ALTER TABLE hub.message DROP CONSTRAINT message_kind_check,
  ADD CONSTRAINT message_kind_check CHECK (kind IN ({KINDS}, {NEW_KINDS}, 'weekly_digest'));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['body', 'membership'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY announced ON hub.%I FOR SELECT TO hub_app, hub_clerk, hub_post USING (true)', t);
  EXECUTE format('CREATE POLICY found ON hub.%I FOR INSERT TO hub_app, hub_clerk WITH CHECK (coordinator = (SELECT sec.me()))', t);
  EXECUTE format('CREATE POLICY lead ON hub.%I FOR UPDATE TO hub_app, hub_clerk USING (coordinator = (SELECT sec.me()))
                  WITH CHECK (coordinator = (SELECT sec.me()))', t);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON hub.%I TO hub_app, hub_clerk', t);
  EXECUTE format('GRANT SELECT ON hub.%I TO hub_post', t);
END LOOP; END $$;
ALTER TABLE hub.accession ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.accession FORCE ROW LEVEL SECURITY;
CREATE POLICY announced ON hub.accession FOR SELECT TO hub_app, hub_clerk, hub_post USING (true);
CREATE POLICY answer ON hub.accession FOR INSERT TO hub_app, hub_clerk WITH CHECK (partner = (SELECT sec.me()));
CREATE POLICY answer_anew ON hub.accession FOR UPDATE TO hub_app, hub_clerk USING (partner = (SELECT sec.me()))
  WITH CHECK (partner = (SELECT sec.me()));
GRANT SELECT, INSERT, UPDATE ON hub.accession TO hub_app, hub_clerk;
GRANT SELECT ON hub.accession TO hub_post;
"""

SHARE = """
GRANT CREATE ON SCHEMA hub TO hub_post;
SET LOCAL ROLE hub_post;
CREATE FUNCTION hub.may_share(how text, who int, about jsonb) RETURNS bool LANGUAGE plpgsql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, pg_temp AS $$
DECLARE readers int[] := ARRAY(SELECT jsonb_array_elements_text(about -> 'members')::int);
BEGIN
  IF how NOT IN ('led', 'member', 'run', 'sits') OR NOT who = ANY (readers) THEN RETURN false; END IF;
  IF how IN ('run', 'sits') THEN
    RETURN EXISTS (SELECT FROM hub.block b WHERE b.partner = who AND b.id = (about ->> 'block')::uuid AND b.body = about ->> 'body'
      AND who = ANY (b.seats) AND readers <@ b.seats AND (how = 'sits' OR b.run_by = who));
  END IF;
  RETURN (how <> 'led' OR EXISTS (SELECT FROM hub.body b WHERE b.slug = about ->> 'body' AND b.coordinator = who))
    AND NOT EXISTS (SELECT FROM unnest(readers) r WHERE NOT EXISTS (SELECT FROM hub.membership m
      JOIN hub.accession a ON a.body = m.body AND a.partner = m.partner AND a.answer = 'yes' AND a.answered_at >= m.asked_at
      WHERE m.body = about ->> 'body' AND m.partner = r AND (m.until IS NULL OR m.until >= CURRENT_DATE)));
END $$;
CREATE FUNCTION hub.share_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE mine int := sec.me(); told jsonb;
BEGIN
  IF mine IS NULL OR TG_OP <> 'INSERT' AND OLD.writer <> mine OR TG_OP <> 'DELETE' AND NEW.writer <> mine THEN
    RAISE EXCEPTION 'another writer' USING ERRCODE = '42501';
  END IF;
  EXECUTE format('DELETE FROM hub.%I WHERE id = $1 AND writer = $2 AND partner <> $2', TG_TABLE_NAME) USING coalesce(OLD.id, NEW.id), mine;
  IF TG_OP = 'DELETE' THEN RETURN NULL; END IF;
  told := to_jsonb(NEW);
  IF NOT hub.may_share(TG_ARGV[0], mine, told) THEN
    RAISE EXCEPTION 'not for these' USING ERRCODE = '23514', CONSTRAINT = 'shared_members_check';
  END IF;
  EXECUTE format('INSERT INTO hub.%1$I SELECT r.* FROM unnest($1) m,
      LATERAL jsonb_populate_record(NULL::hub.%1$I, $2 || jsonb_build_object(''partner'', m)) r WHERE m <> $3', TG_TABLE_NAME)
    USING NEW.members, told, mine;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.may_share(text, int, jsonb), hub.share_row() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.share_row() TO hub_owner;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA hub FROM hub_post;
"""


def _shared(tables: dict[str, str]) -> str:
    """Row policies, grants and the trigger of tables whose rows have a writer and readers."""
    me = "(SELECT sec.me())"
    return "".join(f"""
ALTER TABLE hub.{table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub.{table} FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON hub.{table} TO hub_app, hub_clerk USING (partner = {me}) WITH CHECK (partner = {me});
CREATE POLICY post ON hub.{table} TO hub_post USING (writer = {me}) WITH CHECK (writer = {me});
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.{table} TO hub_app, hub_clerk;
GRANT SELECT, INSERT, DELETE ON hub.{table} TO hub_post;
CREATE TRIGGER {table}_shared AFTER INSERT OR UPDATE OR DELETE ON hub.{table}
  FOR EACH ROW WHEN (current_user <> 'hub_post') EXECUTE FUNCTION hub.share_row('{how}');
""" for table, how in tables.items())


DOWN = f"""
DROP TABLE {", ".join(f"hub.{table}" for table in SHARED)};
DROP FUNCTION hub.share_row(), hub.may_share(text, int, jsonb);
DROP TABLE hub.accession, hub.membership, hub.body;
REVOKE SELECT (partner, id, name, roles, active) ON hub.account FROM hub_app;
DROP POLICY colleagues ON hub.account;
ALTER TABLE hub.notice DROP CONSTRAINT notice_kind_check, ADD CONSTRAINT notice_kind_check CHECK (kind IN ({KINDS})) NOT VALID; -- what is there stays
ALTER TABLE hub.message DROP CONSTRAINT message_kind_check, ADD CONSTRAINT message_kind_check CHECK (kind IN ({KINDS}, 'weekly_digest')) NOT VALID;
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(SHARE)
    op.execute(_shared(SHARED))
    op.execute("CREATE POLICY run ON hub.block FOR SELECT TO hub_post USING (partner = (SELECT sec.me()))")


def downgrade() -> None:
    op.execute(DOWN)
