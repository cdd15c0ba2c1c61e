"""
Referrals: one case to one bureau at the reporter's wish, with a receipt code that brings reporter and bureau together.

The code is kept as a keyed hash, for both sides of the thread; nothing here can hold how to reach the reporter. Who tries codes that
are none is counted, for an hour. A bureau that turns a referral down because of the region names the right one. The giver of a concern
notes under which code it has the case of the other (design: sharing.md 7).
"""

from alembic import op

revision = "0027"
down_revision = "0026"

KINDS = ("referral_offered", "referral_moved", "referral_overdue", "news_wanted")


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
ASKED = "f.kind = 'recall' AND f.word IN ('asked', 'not_possible')"
MOVED = "f.kind = 'referral' AND f.word <> 'seen'"


def _tell(kind: str, of_whom: str, path: str, roles: str, *, dedup: str = "") -> str:
    """Who writes a letter to the other side tells its people too; the day of the letter is the moment."""
    return f"""
GRANT CREATE ON SCHEMA hub TO hub_post;
SET LOCAL ROLE hub_post;
CREATE OR REPLACE FUNCTION hub.tell_of_letters() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO hub.notice (partner, kind, dedup, path, roles, at)
    SELECT f.reader, {kind}, min(f.thread::text){dedup}, {path}, {roles}, min(f.written_on)::timestamptz
      FROM fresh f WHERE f.reader <> f.writer AND ({of_whom}) GROUP BY f.reader, f.kind, f.word;
  RETURN NULL;
END $$;
SET LOCAL ROLE hub_owner;
REVOKE CREATE ON SCHEMA hub FROM hub_post;
"""


OF_RECALLS = "CASE f.word WHEN 'asked' THEN 'recall_asked' ELSE 'recall_answered' END"
OF_BOTH = f"""CASE f.kind WHEN 'recall' THEN {OF_RECALLS}
      ELSE CASE f.word WHEN 'offered' THEN 'referral_offered' ELSE 'referral_moved' END END"""
OFFICERS, WORKERS = "'{coordinator,privacy_officer}'", "'{case_worker,coordinator}'"

UP = f"""
ALTER TABLE hub.letter ADD COLUMN names int,
  ADD CONSTRAINT letter_names_fkey FOREIGN KEY (names) REFERENCES hub.partner (id),
  ADD CONSTRAINT letter_names_check CHECK (names IS NULL OR kind = 'referral' AND word = 'declined' AND reason = 'other_region');
CREATE INDEX thread_own_code_ix ON hub.thread (reader, own_code) WHERE kind = 'referral';
CREATE TABLE hub.receipt (
  reader int NOT NULL, code_hash bytea NOT NULL, thread uuid NOT NULL, giver int NOT NULL, recipient int NOT NULL, kind text NOT NULL,
  until date NOT NULL,
  CONSTRAINT receipt_pkey PRIMARY KEY (reader, code_hash),
  CONSTRAINT receipt_thread_fkey FOREIGN KEY (reader, thread, giver, recipient, kind) REFERENCES hub.thread (reader, id, giver, recipient, kind),
  CONSTRAINT receipt_kind_check CHECK (kind = 'referral'), CONSTRAINT receipt_hash_check CHECK (length(code_hash) = 32));
CREATE TABLE hub.receipt_try (
  partner int NOT NULL, id uuid NOT NULL, account uuid, origin bytea, at timestamptz NOT NULL,
  CONSTRAINT receipt_try_pkey PRIMARY KEY (partner, id));
CREATE INDEX receipt_try_at_ix ON hub.receipt_try (partner, at);
DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['receipt', 'receipt_try'] LOOP
  EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', t);
  EXECUTE format('ALTER TABLE hub.%I FORCE ROW LEVEL SECURITY', t);
END LOOP; END $$;
CREATE POLICY own ON hub.receipt FOR SELECT TO hub_app, hub_clerk USING (reader = (SELECT sec.me()));
CREATE POLICY give ON hub.receipt FOR INSERT TO hub_app, hub_clerk WITH CHECK (giver = (SELECT sec.me()));
CREATE POLICY own ON hub.receipt_try TO hub_app, hub_clerk USING (partner = (SELECT sec.me())) WITH CHECK (partner = (SELECT sec.me()));
GRANT SELECT, INSERT ON hub.receipt TO hub_app, hub_clerk;
GRANT SELECT, INSERT, DELETE ON hub.receipt_try TO hub_app, hub_clerk;
ALTER TABLE hub.concern ADD COLUMN their_code char(11);
{_tell(f"{OF_BOTH}", f"{ASKED} OR {MOVED}",
       "CASE f.kind WHEN 'recall' THEN '/terugroepingen' ELSE '/doorverwijzingen' END",
       f"CASE f.kind WHEN 'recall' THEN {OFFICERS}::text[] ELSE {WORKERS}::text[] END",
       dedup=" || CASE f.kind WHEN 'recall' THEN '' ELSE '/' || f.word END")}
{_kinds("ARRAY[", OURS)}
"""

DOWN = f"""
{FORGET}{_kinds(OURS, "ARRAY[")}
{_tell(OF_RECALLS, ASKED, "'/terugroepingen'", OFFICERS)}
ALTER TABLE hub.concern DROP COLUMN their_code;
DROP TABLE hub.receipt_try, hub.receipt;
DROP INDEX hub.thread_own_code_ix;
ALTER TABLE hub.letter DROP COLUMN names;
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
