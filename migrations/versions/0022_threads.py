"""
Threads between two partners about one case, and the letters in them: recalls now; referrals and questions follow the same road.

A thread is two rows and so is each letter, written together by whoever opens or writes: plain inserts, which nobody changes afterwards.
A letter holds closed words, never prose. The giver's own row says why it recalls, the recipient's row only what is asked; moments stand at
the opener alone, since equal moments would join the rows of two recipients. Who writes to the other side tells its people too: the trigger
puts the notice down, once per recipient and deed (design: sharing.md 1.2, 6.3, 8.1).
"""

from alembic import op

revision = "0022"
down_revision = "0021"

WORDS = {
    "recall": ("asked", "confirmed", "not_possible", "closed"),
    "referral": ("offered", "seen", "accepted", "declined", "arrived", "not_arrived", "in_progress", "completed", "withdrawn"),
    "question": ("asked", "answered", "declined"),
}
EXACT = "'withdrawn', 'held_back', 'closed', 'ended', 'stopped', 'error'"
KINDS = ("recall_asked", "recall_answered", "recall_overdue")
SAID = " OR ".join(f"kind = '{kind}' AND word IN ({', '.join(repr(word) for word in words)})" for kind, words in WORDS.items())


def _kinds(before: str, after: str) -> str:
    """The kinds of notices and messages, with or without ours, whatever the others are."""
    return f"""
DO $$ DECLARE t text; said text; BEGIN FOREACH t IN ARRAY ARRAY['notice', 'message'] LOOP
  SELECT replace(pg_get_constraintdef(oid), $q${before}$q$, $q${after}$q$) INTO STRICT said
    FROM pg_constraint WHERE conrelid = ('hub.' || t)::regclass AND conname = t || '_kind_check';
  EXECUTE format('ALTER TABLE hub.%I DROP CONSTRAINT %I, ADD CONSTRAINT %I %s', t, t || '_kind_check', t || '_kind_check', said);
END LOOP; END $$;
"""


OURS = "ARRAY[" + "".join(f"'{kind}'::text, " for kind in KINDS)
FORGET = "".join(  # what people were told stays told, under a word that the version below knows
    f"ALTER TABLE hub.{table} NO FORCE ROW LEVEL SECURITY; UPDATE hub.{table} SET kind = 'deadline_near', dedup = kind || '/' || dedup "
    f"WHERE kind = ANY ('{{{','.join(KINDS)}}}'); ALTER TABLE hub.{table} FORCE ROW LEVEL SECURITY;\n"
    for table in ("notice", "message")
)

UP = f"""
CREATE TABLE hub.thread (
  reader int NOT NULL, id uuid NOT NULL, other int NOT NULL, giver int NOT NULL, recipient int NOT NULL, opener int NOT NULL,
  kind text NOT NULL, code char(11) NOT NULL, own_code char(11), cause text, opened_on date NOT NULL, opened_at timestamptz,
  answer_due date NOT NULL, outcome_due date,
  CONSTRAINT thread_pkey PRIMARY KEY (reader, id), CONSTRAINT thread_reader_key UNIQUE (reader, id, giver, recipient, kind),
  CONSTRAINT thread_two_check CHECK (giver <> recipient AND reader IN (giver, recipient) AND other = giver + recipient - reader),
  CONSTRAINT thread_opener_check CHECK (opener = CASE kind WHEN 'question' THEN recipient ELSE giver END),
  CONSTRAINT thread_kind_check CHECK (kind IN ('recall', 'referral', 'question')),
  CONSTRAINT thread_cause_check CHECK (CASE WHEN kind <> 'recall' THEN cause IS NULL
    WHEN reader = giver THEN cause IS NOT NULL AND cause IN ({EXACT}) ELSE cause IS NOT NULL AND cause IN ('remove', 'correct', 'ended') END),
  CONSTRAINT thread_moment_check CHECK ((reader = opener) = (opened_at IS NOT NULL)),
  CONSTRAINT thread_own_code_check CHECK (own_code IS NULL OR reader = giver),
  CONSTRAINT thread_due_check CHECK (answer_due >= opened_on AND outcome_due >= answer_due));
CREATE INDEX thread_code_ix ON hub.thread (reader, code);
CREATE TABLE hub.letter (
  reader int NOT NULL, thread uuid NOT NULL, no int NOT NULL, giver int NOT NULL, recipient int NOT NULL, writer int NOT NULL,
  kind text NOT NULL, word text NOT NULL, reason text, fact text, written_on date NOT NULL,
  CONSTRAINT letter_pkey PRIMARY KEY (reader, thread, no),
  CONSTRAINT letter_thread_fkey FOREIGN KEY (reader, thread, giver, recipient, kind) REFERENCES hub.thread (reader, id, giver, recipient, kind),
  CONSTRAINT letter_writer_check CHECK (writer IN (giver, recipient)),
  CONSTRAINT letter_no_check CHECK (no BETWEEN 1 AND 99),
  CONSTRAINT letter_word_check CHECK ({SAID}),
  CONSTRAINT letter_reason_check CHECK (reason ~ '^[a-z][a-z_]{{0,31}}$'),
  CONSTRAINT letter_fact_check CHECK (fact IS NULL OR kind = 'question' AND fact ~ '^[a-z][a-z_]{{0,31}}$'));
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['thread', 'letter'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
  EXECUTE format('CREATE POLICY own ON hub.%I FOR SELECT TO hub_app, hub_clerk USING (reader = (SELECT sec.me()))', t);
END LOOP; END $$;
CREATE POLICY begin ON hub.thread FOR INSERT TO hub_app, hub_clerk WITH CHECK (opener = (SELECT sec.me()));
CREATE POLICY write ON hub.letter FOR INSERT TO hub_app, hub_clerk WITH CHECK (writer = (SELECT sec.me()));
GRANT SELECT, INSERT ON hub.thread, hub.letter TO hub_app, hub_clerk;
GRANT CREATE ON SCHEMA hub TO hub_post;
SET LOCAL ROLE hub_post;
CREATE FUNCTION hub.tell_of_letters() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO hub.notice (partner, kind, dedup, path, roles, at)
    SELECT f.reader, CASE f.word WHEN 'asked' THEN 'recall_asked' ELSE 'recall_answered' END, min(f.thread::text), '/terugroepingen',
           '{{coordinator,privacy_officer}}', min(f.written_on)::timestamptz
      FROM fresh f WHERE f.reader <> f.writer AND f.kind = 'recall' AND f.word IN ('asked', 'not_possible') GROUP BY f.reader, f.word;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION hub.tell_of_letters() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub.tell_of_letters() TO hub_owner;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA hub FROM hub_post;
CREATE TRIGGER letter_told AFTER INSERT ON hub.letter REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION hub.tell_of_letters();
ALTER TABLE hub.tombstone DROP CONSTRAINT tombstone_cause_check, ADD CONSTRAINT tombstone_cause_check CHECK (cause IN ({EXACT}));
{_kinds("ARRAY[", OURS)}
"""

DOWN = f"""
{FORGET}{_kinds(OURS, "ARRAY[")}
ALTER TABLE hub.tombstone DROP CONSTRAINT tombstone_cause_check,
  ADD CONSTRAINT tombstone_cause_check CHECK (cause IN ('withdrawn', 'ended', 'closed')) NOT VALID; -- what is there stays
DROP TABLE hub.letter, hub.thread;
SET LOCAL ROLE hub_post;
DROP FUNCTION hub.tell_of_letters();
SET LOCAL ROLE hub_owner;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
