"""
Contact proposals between two partners, and dates that must not pass unseen.

A contact is two rows, one per side. A side writes what it does itself; a trigger of `hub_post` looks at the other row and writes what both
may know by now, and nothing sooner: an answer stays on its own side until both have answered, a contact person until both said yes, a word
about the outcome until both gave theirs (design: casuistry.md 10). Statements that `hub_post` runs itself pass the trigger by. Who asks
holds the row of the case it asks about, so that a recall comes either before the question or after it. Whoever changes both rows locks them
in the order of their partners: `hub.hold_contact` does it for a person, who cannot see the other row.
"""

from alembic import op

revision = "0015"
down_revision = "0014"

PRIVATE = "person = NULL, channel = NULL, reach = NULL, moment = NULL, their_person = NULL, their_channel = NULL, their_reach = NULL, their_moment = NULL"
FORGET = " ".join(f"NEW.{one.replace('=', ':=')};" for one in PRIVATE.split(", "))
HEAD = "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp"
TELL = "INSERT INTO hub.notice (partner, kind, dedup, path, roles, at) VALUES"
WHO = "'{case_worker,coordinator}'"

TABLES = """
CREATE TABLE hub.contact (
  partner int NOT NULL, id uuid NOT NULL, other int NOT NULL, origin text NOT NULL, side text NOT NULL, code char(11) NOT NULL,
  proposed_at timestamptz NOT NULL, due date, reminded int NOT NULL DEFAULT 0,
  answer text, because text, person text, channel text, reach text, moment text, made_on date, outcome text,
  next_due date, acted_at timestamptz NOT NULL, tended_on date,
  agreed_at timestamptz, their_person text, their_channel text, their_reach text, their_moment text,
  contact_on date, stands_at timestamptz, their_outcome text, ended text, ended_on date,
  CONSTRAINT contact_pkey PRIMARY KEY (partner, id),
  CONSTRAINT contact_two_check CHECK (partner <> other),
  CONSTRAINT contact_origin_check CHECK (origin IN ('request', 'match')),
  CONSTRAINT contact_side_check CHECK (side IN ('asker', 'asked')),
  CONSTRAINT contact_answer_check CHECK (answer IN ('confirmed', 'declined')),
  CONSTRAINT contact_because_check CHECK (because IS NULL OR answer = 'declined' AND because IN ('no_time', 'no_part', 'in_touch', 'other')),
  CONSTRAINT contact_person_check CHECK (answer IS DISTINCT FROM 'confirmed' OR ended IS NOT NULL
    OR person IS NOT NULL AND channel IS NOT NULL AND reach IS NOT NULL AND moment IS NOT NULL),
  CONSTRAINT contact_channel_check CHECK (channel IN ('phone', 'mail', 'video', 'visit')),
  CONSTRAINT contact_length_check CHECK (length(person) <= 80 AND length(reach) <= 120 AND length(moment) <= 120),
  CONSTRAINT contact_outcome_check CHECK (outcome IN ('own_track', 'together', 'referred', 'handed_over', 'other_incident', 'no_contact')),
  CONSTRAINT contact_their_person_check CHECK (agreed_at IS NOT NULL OR their_person IS NULL AND their_reach IS NULL),
  CONSTRAINT contact_made_check CHECK ((contact_on IS NULL OR agreed_at IS NOT NULL) AND (stands_at IS NULL OR contact_on IS NOT NULL)
    AND (made_on IS NULL OR made_on = contact_on)),
  CONSTRAINT contact_their_outcome_check CHECK (their_outcome IS NULL OR outcome IS NOT NULL),
  CONSTRAINT contact_ended_check CHECK (ended IN ('declined', 'not_now', 'expired', 'recalled', 'no_contact', 'done')),
  CONSTRAINT contact_open_check CHECK ((ended IS NULL) = (ended_on IS NULL) AND (ended IS NULL) = (due IS NOT NULL)));
CREATE UNIQUE INDEX contact_once_ix ON hub.contact (partner, other, code) WHERE side = 'asker' AND ended IS NULL;
CREATE INDEX contact_open_ix ON hub.contact (partner) WHERE ended IS NULL;
CREATE INDEX contact_open_there_ix ON hub.contact (other) WHERE ended IS NULL;
CREATE TABLE hub.watch (
  partner int NOT NULL, reference text NOT NULL, rule text NOT NULL, starts_on date NOT NULL, id uuid NOT NULL, last_day date NOT NULL,
  certainty text NOT NULL, state text NOT NULL, warned int NOT NULL DEFAULT 0, since date NOT NULL, by_person uuid,
  CONSTRAINT watch_pkey PRIMARY KEY (partner, reference, rule, starts_on), CONSTRAINT watch_partner_id_key UNIQUE (partner, id),
  CONSTRAINT watch_rule_check CHECK (rule ~ '^[a-z][a-z-]{0,31}$'),
  CONSTRAINT watch_certainty_check CHECK (certainty IN ('exact', 'earliest', 'entered')),
  CONSTRAINT watch_state_check CHECK (state IN ('open', 'passed', 'met', 'dropped')));
CREATE INDEX watch_standing_ix ON hub.watch (partner, last_day) WHERE state IN ('open', 'passed');
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['contact', 'watch'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY own ON hub.%I TO hub_app, hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()))', t);
END LOOP; END $$;
CREATE POLICY post ON hub.contact TO hub_post USING (other = (SELECT sec.me())) WITH CHECK (other = (SELECT sec.me()));
CREATE POLICY mine ON hub.contact TO hub_post USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()));
CREATE POLICY asked_about ON hub.inbox FOR SELECT TO hub_post USING (recipient = (SELECT sec.me()));
CREATE POLICY held ON hub.inbox FOR UPDATE TO hub_post USING (recipient = (SELECT sec.me())) WITH CHECK (recipient = (SELECT sec.me()));
GRANT UPDATE (for_monitor) ON hub.inbox TO hub_post;
GRANT SELECT, INSERT (partner, id, other, origin, side, code, proposed_at, due, acted_at),
  UPDATE (answer, because, person, channel, reach, moment, made_on, outcome, next_due, acted_at) ON hub.contact TO hub_app, hub_clerk;
GRANT UPDATE (tended_on, reminded) ON hub.contact TO hub_clerk;
GRANT SELECT, INSERT, UPDATE ON hub.contact TO hub_post;
GRANT SELECT, UPDATE (state, since, by_person) ON hub.watch TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub.watch TO hub_clerk;
"""

ASK = f"""
CREATE FUNCTION hub.post_contact() RETURNS trigger {HEAD} AS $$
BEGIN
  PERFORM i.code FROM hub.inbox i WHERE i.recipient = NEW.partner AND i.giver = NEW.other AND i.code = NEW.code
    AND (i.for_case_work OR i.for_help) FOR SHARE;
  IF NOT FOUND OR NEW.side <> 'asker' OR NEW.origin <> 'request' THEN
    RAISE EXCEPTION 'no such row' USING ERRCODE = '23503', CONSTRAINT = 'contact_inbox_fkey';
  END IF;
  INSERT INTO hub.contact (partner, id, other, origin, side, code, proposed_at, due, acted_at)
    VALUES (NEW.other, NEW.id, NEW.partner, NEW.origin, 'asked', NEW.code, NEW.proposed_at, NEW.due, NEW.proposed_at);
  {TELL} (NEW.other, 'contact_proposed', NEW.id::text, '/contacten/' || NEW.id, {WHO}, NEW.proposed_at);
  RETURN NULL;
END $$;
CREATE FUNCTION hub.hold_contact(which uuid) RETURNS void {HEAD} AS $$
BEGIN
  PERFORM c.id FROM hub.contact c WHERE c.id = which
    AND c.partner IN (sec.me(), (SELECT o.other FROM hub.contact o WHERE o.partner = sec.me() AND o.id = which)) ORDER BY c.partner FOR UPDATE;
END $$;
"""

STEP = f"""
CREATE FUNCTION hub.step_contact() RETURNS trigger {HEAD} AS $$
DECLARE them hub.contact; today date := (NEW.acted_at AT TIME ZONE 'Europe/Amsterdam')::date; finish text; said text; news text;
BEGIN
  IF NEW.tended_on IS DISTINCT FROM OLD.tended_on THEN
    today := NEW.tended_on;
    IF OLD.ended IS NOT NULL THEN
      {FORGET}
      RETURN NEW;
    END IF;
  ELSIF OLD.ended IS NOT NULL OR NEW.partner IS DISTINCT FROM sec.me() THEN
    RAISE EXCEPTION 'over' USING ERRCODE = '23514', CONSTRAINT = 'contact_open_check';
  END IF;
  SELECT * INTO STRICT them FROM hub.contact c WHERE c.partner = NEW.other AND c.id = NEW.id FOR UPDATE;
  IF (NEW.answer, NEW.because, NEW.person, NEW.channel, NEW.reach, NEW.moment)
     IS DISTINCT FROM (OLD.answer, OLD.because, OLD.person, OLD.channel, OLD.reach, OLD.moment) THEN
    IF OLD.agreed_at IS NOT NULL OR NEW.answer IS NULL OR OLD.answer = 'declined' THEN
      RAISE EXCEPTION 'answered' USING ERRCODE = '23514', CONSTRAINT = 'contact_answer_check';
    ELSIF NEW.answer = 'declined' THEN
      NEW.ended := 'declined';
      IF them.answer = 'confirmed' AND them.ended IS NULL THEN said := 'not_now'; END IF;
    ELSIF them.answer = 'declined' THEN
      NEW.ended := 'not_now';
    ELSIF them.answer = 'confirmed' AND them.ended IS NULL THEN
      NEW.agreed_at := NEW.acted_at;
      NEW.their_person := them.person; NEW.their_channel := them.channel; NEW.their_reach := them.reach; NEW.their_moment := them.moment;
      UPDATE hub.contact SET agreed_at = NEW.acted_at, their_person = NEW.person, their_channel = NEW.channel, their_reach = NEW.reach,
        their_moment = NEW.moment WHERE partner = NEW.other AND id = NEW.id;
      news := 'agreed';
    END IF;
  END IF;
  IF NEW.made_on IS DISTINCT FROM OLD.made_on THEN
    IF NEW.agreed_at IS NULL OR NEW.made_on IS NULL OR OLD.made_on IS NOT NULL OR OLD.stands_at IS NOT NULL OR NEW.made_on <> OLD.contact_on THEN
      RAISE EXCEPTION 'made' USING ERRCODE = '23514', CONSTRAINT = 'contact_made_check';
    ELSIF OLD.contact_on IS NULL THEN
      NEW.contact_on := NEW.made_on;
      news := 'made';
    ELSE
      NEW.stands_at := NEW.acted_at;
      news := 'stands';
    END IF;
  END IF;
  IF NEW.outcome IS DISTINCT FROM OLD.outcome THEN
    IF NEW.agreed_at IS NULL OR NEW.outcome IS NULL OR OLD.outcome IS NOT NULL
       OR NEW.outcome <> 'no_contact' AND NEW.made_on IS NULL AND NEW.stands_at IS NULL THEN
      RAISE EXCEPTION 'outcome' USING ERRCODE = '23514', CONSTRAINT = 'contact_outcome_check';
    ELSIF NEW.contact_on IS NULL THEN
      finish := 'no_contact';
    ELSIF them.outcome IS NOT NULL THEN
      NEW.their_outcome := them.outcome;
      UPDATE hub.contact SET their_outcome = NEW.outcome WHERE partner = NEW.other AND id = NEW.id;
      finish := 'done';
    END IF;
  END IF;
  IF NEW.tended_on IS DISTINCT FROM OLD.tended_on AND NEW.tended_on > OLD.due THEN
    IF NEW.contact_on IS NOT NULL AND NEW.stands_at IS NULL THEN
      NEW.stands_at := NEW.acted_at;
      news := 'stands';
    ELSE
      finish := CASE WHEN NEW.stands_at IS NULL THEN 'expired' ELSE 'done' END;
    END IF;
  END IF;
  IF news IS NOT NULL THEN
    NEW.due := NEW.next_due; NEW.reminded := 0;
    UPDATE hub.contact SET due = NEW.due, reminded = 0, contact_on = NEW.contact_on, stands_at = NEW.stands_at
      WHERE partner = NEW.other AND id = NEW.id;
    {TELL} (NEW.other, 'contact_confirmed', NEW.id || ':' || news, '/contacten/' || NEW.id, {WHO}, NEW.acted_at);
  END IF;
  NEW.ended := coalesce(finish, NEW.ended); said := coalesce(finish, said);
  IF NEW.ended IS NOT NULL THEN
    NEW.ended_on := today; NEW.due := NULL;
    IF NEW.ended <> 'done' THEN {FORGET} END IF;
  END IF;
  IF said IS NOT NULL AND them.ended IS NULL THEN
    UPDATE hub.contact SET ended = said, ended_on = today, due = NULL WHERE partner = NEW.other AND id = NEW.id;
    IF said <> 'done' THEN UPDATE hub.contact SET {PRIVATE} WHERE partner = NEW.other AND id = NEW.id; END IF;
    {TELL} (NEW.other, 'contact_ended', NEW.id::text, '/contacten/' || NEW.id, {WHO}, NEW.acted_at);
  END IF;
  RETURN NEW;
END $$;
"""

VOID = f"""
CREATE FUNCTION hub.void_contacts() RETURNS trigger {HEAD} AS $$
DECLARE gone uuid[]; one hub.contact; today date;
BEGIN -- planned anew each time, as in of_a_case; and not at all while no contact is open
  IF NOT EXISTS (SELECT FROM hub.contact c WHERE c.ended IS NULL) THEN RETURN NULL; END IF;
  EXECUTE 'SELECT array_agg(DISTINCT c.id) FROM stale s
      JOIN hub.contact c ON c.other = s.giver AND c.side = ''asker'' AND c.partner = s.recipient AND c.code = s.code
    WHERE s.state = ''shown'' AND NOT EXISTS (SELECT FROM hub.inbox i WHERE i.recipient = c.partner AND i.code = c.code AND i.giver = s.giver)'
    INTO gone;
  IF gone IS NULL THEN RETURN NULL; END IF;
  IF TG_OP = 'UPDATE' THEN EXECUTE 'SELECT max(changed_on) FROM fresh' INTO today; END IF;
  FOR one IN SELECT * FROM hub.contact c WHERE c.id = ANY (gone) ORDER BY c.id, c.partner FOR UPDATE LOOP
    CONTINUE WHEN one.ended IS NOT NULL;
    UPDATE hub.contact SET ended = 'recalled', ended_on = coalesce(today, current_date), due = NULL, {PRIVATE}
      WHERE partner = one.partner AND id = one.id;
    IF one.side = 'asker' THEN
      {TELL} (one.partner, 'contact_ended', one.id::text, '/contacten/' || one.id, {WHO}, coalesce(today, current_date));
    END IF;
  END LOOP;
  RETURN NULL;
END $$;
"""

UP = f"""
{TABLES}
GRANT CREATE ON SCHEMA hub TO hub_post;
SET LOCAL ROLE hub_post;
{ASK}{STEP}{VOID}
REVOKE ALL ON FUNCTION hub.post_contact(), hub.hold_contact(uuid), hub.step_contact(), hub.void_contacts() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.post_contact(), hub.step_contact(), hub.void_contacts() TO hub_owner;
GRANT EXECUTE ON FUNCTION hub.hold_contact(uuid) TO hub_app, hub_clerk;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA hub FROM hub_post;
CREATE TRIGGER contact_new AFTER INSERT ON hub.contact FOR EACH ROW WHEN (current_user <> 'hub_post') EXECUTE FUNCTION hub.post_contact();
CREATE TRIGGER contact_step BEFORE UPDATE OF answer, because, person, channel, reach, moment, made_on, outcome, tended_on ON hub.contact
  FOR EACH ROW WHEN (current_user <> 'hub_post') EXECUTE FUNCTION hub.step_contact();
CREATE TRIGGER given_voids_contacts AFTER UPDATE ON hub.given REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
  FOR EACH STATEMENT EXECUTE FUNCTION hub.void_contacts();
CREATE TRIGGER given_voids_contacts_too AFTER DELETE ON hub.given REFERENCING OLD TABLE AS stale
  FOR EACH STATEMENT EXECUTE FUNCTION hub.void_contacts();
"""

DOWN = """
DROP TRIGGER given_voids_contacts_too ON hub.given;
DROP TRIGGER given_voids_contacts ON hub.given;
REVOKE UPDATE (for_monitor) ON hub.inbox FROM hub_post;
DROP POLICY held ON hub.inbox;
DROP POLICY asked_about ON hub.inbox;
DROP TABLE hub.watch, hub.contact;
SET LOCAL ROLE hub_post;
DROP FUNCTION hub.void_contacts(), hub.step_contact(), hub.hold_contact(uuid), hub.post_contact();
SET LOCAL ROLE hub_owner;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
