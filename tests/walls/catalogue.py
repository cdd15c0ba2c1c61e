"""What may stand in the catalogue of the database, line by line: each exception to the one shape is named here, with its reason."""

APP, DOOR, CLERK, LOG, POST = "hub_app", "hub_door", "hub_clerk", "hub_log", "hub_post"
LOCKED_SCHEMAS = ("hub", "audit")
LEDGER = ("job_run", "job_attempt", "job_plan", "pulse")
SHARED = (  # rows with a writer and readers: the database copies them (hub.share_row)
    "attendee", "series", "unavailable", "objection", "consultation", "block", "answer", "decision", "agreement", "progress",
    "block_line", "pointer", "nomination", "item", "stationery", "presence", "minutes", "remark",
)  # fmt: skip
PARTNER_COLUMNS = ("giver", "recipient", "partner", "reader", "collector")

OPEN_POLICIES = {  # (table, policy) → whom it is for, and why it is not 'the first column is me'
    ("hub.partner", "register"): ({APP, CLERK, DOOR}, "the register of partners is known to all who take part"),
    ("hub.partner", "admit"): ({CLERK}, "partners are admitted by command"),
    ("hub.partner", "amend"): ({CLERK}, "partners are amended by command"),
    ("hub.account", "door"): ({DOOR}, "the doorkeeper looks for an account before it knows whose it is"),
    ("hub.session", "door"): ({DOOR}, "a session is found by the hash of its cookie"),
    ("hub.login_attempt", "door"): ({DOOR}, "nobody is known yet while somebody logs in"),
    ("hub.logout_token", "door"): ({DOOR}, "a provider's notice belongs to no partner"),
    ("hub.policy_version", "published"): ({APP, CLERK}, "policies are published"),
    ("hub.policy_version", "load"): ({CLERK}, "policies are loaded by command"),
    ("hub.key_check", "compare"): ({CLERK}, "tells whether the keys are those of this database; about no partner"),
    ("hub.key_check", "note"): ({CLERK}, "as above"),
    ("hub.policy_pair", "published"): ({APP, CLERK}, "policies are published"),
    ("hub.policy_pair", "load"): ({CLERK}, "policies are loaded by command"),
    ("hub.policy_signature", "published"): ({APP, CLERK}, "that an agreement was signed is published with it; a signer is a random number"),
    ("hub.undelivered", "stuck"): ({APP}, "letters that got stuck, for the operator: no partner, no kind, no address, only problems"),
    ("hub.undelivered", "again"): ({APP}, "the operator asks for another try, and can change nothing else"),
    ("hub.undelivered", "keep"): ({CLERK}, "the courier writes down which letter got stuck"),
    **{(f"hub.{table}", "clerk"): ({CLERK}, "jobs and clocks by name, nothing of a case; the clerk keeps the ledger") for table in LEDGER},
    ("hub.job_run", "look"): ({APP}, "the page of the operator: names of jobs, periods and partners, nothing of a case"),
    ("hub.job_attempt", "look"): ({APP}, "as above"),
    ("hub.job_plan", "look"): ({APP}, "as above"),
    ("hub.pulse", "look"): ({APP, DOOR}, "which clock runs; the door tells a monitor of the server whether one does"),
    ("hub.job_run", "ask"): ({APP}, "who leads a gathering asks for its jobs by name; the deed itself looks whether its moment came"),
    ("audit.entry", "hub_itself"): ({CLERK}, "lines of no partner are read by command"),
    ("audit.entry", "append"): ({POST}, "only audit.append writes, and it asks who acts"),
    ("audit.entry", "integrate"): ({LOG}, "the log numbers all lines"),
    ("audit.tile", "integrate"): ({LOG}, "hashes of the tree"),
    ("audit.head", "integrate"): ({LOG}, "hashes of the tree"),
    ("audit.checkpoint", "integrate"): ({LOG}, "the log seals"),
    ("audit.checkpoint", "published"): ({APP, CLERK}, "seals are there to be handed out"),
    ("hub.gathering", "announced"): ({APP, CLERK}, "when a month is frozen and delivered is known to all; no case stands in it"),
    ("hub.gathering", "open"): ({CLERK}, "the clock opens a month"),
    ("hub.gathering", "move_on"): ({CLERK}, "the clock freezes and delivers"),
    ("hub.gathering_step", "announced"): ({APP, CLERK}, "the history of a gathering, known to all; no case stands in it"),
    ("hub.gathering_step", "note"): ({CLERK}, "what the clock did to a gathering"),
    ("hub.body", "announced"): ({APP, CLERK, POST}, "which bodies meet is known to all, as the register is; no case stands in it"),
    ("hub.membership", "announced"): ({APP, CLERK, POST}, "and which partners are asked to belong to them"),
    ("hub.accession", "announced"): ({APP, CLERK, POST}, "and what they answered; each writes its own answer alone"),
    ("hub.invitation", "door"): ({DOOR}, "an invitation is found by the hash of the token in its link"),
    ("hub.invitation", "reply"): ({DOOR}, "and answered by it; the door may change the answer and nothing else"),
    ("hub.feed", "door"): ({DOOR}, "a calendar is found by the hash of its secret address"),
}
OTHER_SIDE = {  # (table, policy) → the column that is me instead of the first one, for whom, and why
    ("hub.inbox", "post"): ("giver", {POST}, "the triggers on `given` write as its giver"),
    ("hub.policy_pair", "accept"): ("recipient", {APP, CLERK}, "a recipient accepts; the database counts the signatures"),
    ("hub.policy_signature", "sign"): ("partner", {APP, CLERK}, "a partner signs for itself, on either side"),
    ("hub.notice", "post"): ("writer", {POST}, "a trigger that writes the other side's row puts a notice beside it"),
    ("hub.disclosure", "receipt"): ("recipient", {APP, CLERK}, "who reads leaves the giver a receipt, and cannot read it back"),
    ("hub.gathering", "lead"): ("collector", {APP}, "the collecting partner moves, freezes and reopens its own gatherings"),
    ("hub.gathering_step", "lead"): ("collector", {APP}, "and says why"),
    ("hub.readiness", "receipt"): ("giver", {APP, CLERK}, "a giver that made its statement leaves the collecting partner a receipt"),
    ("hub.collected", "post"): ("giver", {POST}, "the triggers on `given` empty the copies of a row that goes"),
    ("hub.thread", "begin"): ("opener", {APP, CLERK}, "who opens a thread inserts both sides, and reads its own alone"),
    ("hub.letter", "write"): ("writer", {APP, CLERK}, "who writes a letter inserts both copies"),
    ("hub.tombstone", "bury"): ("writer", {APP, CLERK}, "a giver leaves a stone at a recipient that had opened the row"),
    ("hub.contact", "post"): ("other", {POST}, "the triggers on `contact` and `given` write the side of the other"),
    ("hub.contact", "mine"): ("partner", {POST}, "the same triggers lock both sides in one order, and end one's own at a recall"),
    ("hub.inbox", "asked_about"): ("recipient", {POST}, "a question for contact holds its row until it stands, so no recall slips between"),
    **{(f"hub.{table}", "post"): ("writer", {POST}, "hub.share_row copies a row to its readers, for its writer") for table in SHARED},
    **{
        (f"hub.{table}", word): ("coordinator", {APP, CLERK}, "the coordinating partner sets up its own bodies")
        for table in ("body", "membership")
        for word in ("found", "lead")
    },
    ("hub.block", "run"): ("partner", {POST}, "whether who writes a row for a block sits in it, or runs it"),
    ("hub.placed", "post"): ("partner", {POST}, "a line goes with the row of `given` that it rests on"),
    ("hub.inbox", "held"): ("recipient", {POST}, "as above: to hold a row takes the right to change it; no function does"),
}
OPEN_KEYS = {  # a key that does not begin with a partner → why nobody learns anything by it
    "hub.partner (id)": "the register", "hub.partner (slug)": "the register", "hub.partner (code_mark)": "the register",
    "hub.account (issuer, subject)": "the door and commands alone, who see all accounts of an issuer or none",
    "hub.session (id_hash)": "256 random bits, for the door alone",
    "hub.login_attempt (cookie_hash, state_hash)": "twice 256 random bits, for the door alone",
    "hub.logout_token (issuer, jti)": "for the door alone",
    "hub.policy_version (id)": "published", "hub.policy_version (name, version)": "published",
    "hub.policy_version (id, sha256)": "published",
    "hub.key_check (label, version, scope)": "about keys, not about partners",
    "audit.entry (seq)": "written by the log alone", "audit.tile (level, n)": "hashes, for the log alone",
    "audit.head (one)": "one row, for the log alone", "audit.checkpoint (size)": "published",
    "hub.undelivered (id)": "a random number, written by the courier alone",
    "hub.job_run (job, period)": "names of jobs and months; a coordinator who asks for one that stands there learns that it was asked",
    "hub.job_attempt (id)": "a number, written by the clerk alone", "hub.job_plan (job)": "written by the clerk alone",
    "hub.pulse (worker, duty)": "about clocks",
    "hub.gathering (province, month)": "announced to all", "hub.gathering_step (province, month, no)": "announced to all",
    "hub.body (slug)": "announced to all", "hub.body (slug, coordinator)": "announced to all",
    "hub.membership (body, partner)": "announced to all",
    "hub.invitation (token_hash)": "128 random bits, for the door alone", "hub.feed (token_hash)": "128 random bits, for the door alone",
    "hub.schema_version (version_num)": "the number of the schema, in no partner's hands",
}  # fmt: skip
UNLOCKED = {"hub.schema_version"}  # Alembic's own: one number, which every process reads before it serves

DEFINERS = {  # function → owner, who may execute it; those of ASKERS have no other rights than who acts
    "sec.mac(m text)": ("hub_gate", set()),
    "sec.sign(p integer)": ("hub_gate", set()),
    "sec.enter(token text)": ("hub_gate", {APP}),
    "sec.enter_as(p integer)": ("hub_gate", {CLERK}),
    "sec.me()": ("hub_gate", {APP, CLERK, POST, "hub_owner"}),
    "sec.open_pass(token text, partner integer, expires timestamp with time zone)": ("hub_gate", {DOOR}),
    "sec.close_pass(hash bytea)": ("hub_gate", {DOOR}),
    "audit.append(lines bytea[])": (POST, {APP, CLERK, DOOR}),
    "hub.post_new()": (POST, {"hub_owner"}),
    "hub.post_change()": (POST, {"hub_owner"}),
    "hub.post_end()": (POST, {"hub_owner"}),
    "hub.post_contact()": (POST, {"hub_owner"}),
    "hub.step_contact()": (POST, {"hub_owner"}),
    "hub.void_contacts()": (POST, {"hub_owner"}),
    "hub.hold_contact(which uuid)": (POST, {APP, CLERK}),
    "hub.may_share(how text, who integer, about jsonb)": (POST, set()),
    "hub.share_row()": (POST, {"hub_owner"}),
    "hub.void_lines()": (POST, {"hub_owner"}),
    "hub.tell_of_letters()": (POST, {"hub_owner"}),
    "hub.of_a_case()": ("hub_owner", set()),
    "hub.of_an_agreement()": ("hub_owner", set()),
    "hub.keep_adopted()": ("hub_owner", set()),
    "hub.keep_signed()": ("hub_owner", set()),
}
ASKERS = {
    "hub.of_a_case()",
    "hub.of_an_agreement()",
    "hub.keep_adopted()",
    "hub.keep_signed()",
}  # with the rights of who acts: triggers that must see no more than their giver does
TRIGGERS = {
    "hub.given given_insert", "hub.given given_update", "hub.given given_delete", "hub.given given_case", "hub.given given_case_again",
    "hub.consent consent_case", "hub.given given_agreed", "hub.given given_agreed_again",
    "hub.contact contact_new", "hub.contact contact_step", "hub.given given_voids_contacts", "hub.given given_voids_contacts_too",
    "hub.letter letter_told", "hub.minutes minutes_stay", "hub.policy_pair policy_pair_signed",
    "hub.given given_voids_lines", "hub.given given_voids_lines_too", *(f"hub.{table} {table}_shared" for table in SHARED),
}  # fmt: skip
MEMBERS = {("hub_gate", "hub_owner"), (POST, "hub_owner"), ("pg_read_all_data", "hub_backup")}

_OWN, _ALL = {"INSERT", "SELECT"}, {"DELETE", "INSERT", "SELECT", "UPDATE"}
WEB_MAY = {  # what the role of the web may do to a whole table; columns stand below
    "hub.partner": {"SELECT"}, "hub.schema_version": {"SELECT"}, "audit.checkpoint": {"SELECT"},
    "hub.policy_version": {"SELECT"}, "hub.policy_pair": {"SELECT"},
    "hub.policy_signature": _OWN, "hub.reprojection": {"SELECT"},
    "hub.job_run": {"SELECT"}, "hub.job_attempt": {"SELECT"}, "hub.job_plan": {"SELECT"}, "hub.pulse": {"SELECT"},
    "hub.import_run": _OWN, "hub.upload": _OWN, "hub.contribution": _OWN, "hub.source_reference": _OWN, "hub.revision": _OWN,
    "hub.consent": _OWN, "hub.hold_back": _OWN, "hub.concern": _OWN, "hub.disclosure": _OWN, "hub.tombstone": _OWN, "hub.thread": _OWN, "hub.letter": _OWN,
    "hub.given": {*_OWN, "DELETE", "UPDATE"}, "hub.seen": {*_OWN, "UPDATE"}, "hub.inbox": {"SELECT"},
    "hub.undelivered": {"SELECT"},
    "hub.gathering": {"SELECT"}, "hub.gathering_step": _OWN, "hub.readiness": _OWN, "hub.statement": _OWN, "hub.collection": {"SELECT"},
    "hub.collected": {"SELECT"}, "hub.contact": {"SELECT"}, "hub.watch": {"SELECT"},
    **{f"hub.{table}": _ALL for table in (*SHARED, "placed", "edition", "own_note", "feed")}, "hub.progress": _OWN,
    "hub.body": {*_OWN, "UPDATE"}, "hub.membership": {*_OWN, "UPDATE"}, "hub.accession": {*_OWN, "UPDATE"}, "hub.invitation": {"SELECT"},
}  # fmt: skip
WEB_MAY_COLUMNS = {
    "hub.upload": {"UPDATE": {"state", "sealed", "run"}},
    "hub.policy_pair": {"UPDATE": {"state", "valid", "changed_at"}},
    "hub.contribution": {"UPDATE": {"state", "latest_no", "closed_on", "changed_at", "fingerprint"}},
    "hub.source_reference": {"UPDATE": {"seen_run"}},
    "hub.hold_back": {"UPDATE": {"lifted_at"}},
    "hub.gathering": {"UPDATE": {"state", "round", "gathered", "planned_freeze_at", "planned_delivery_at", "frozen_at", "frozen_because",
                                 "moved_because", "reopened_because"}},
    "hub.collection": {"UPDATE": {"first_opened_at"}},
    "hub.job_run": {"INSERT": {"job", "period", "partner", "due_at", "not_before"}},
    "hub.account": {"SELECT": {"partner", "id", "name", "roles", "active"}},  # colleagues by name, to name who attends
    "hub.notice": {"INSERT": {"partner", "kind", "dedup", "path", "roles", "account", "at"}},
    "hub.message": {"SELECT": {"partner", "id", "account", "kind", "path", "state", "put_at", "not_before", "done_at"}},
    "hub.undelivered": {"UPDATE": {"asked_at"}},
    "hub.contact": {"INSERT": {"partner", "id", "other", "origin", "side", "code", "proposed_at", "due", "acted_at"},
                    "UPDATE": {"answer", "because", "person", "channel", "reach", "moment", "made_on", "outcome", "next_due", "acted_at"}},
    "hub.invitation": {"UPDATE": {"answer", "answered_at", "answered_sequence", "remark", "parked", "told_at", "is_neutral"}},
    "hub.watch": {"UPDATE": {"state", "since", "by_person"}},
    "audit.entry": {"SELECT": {"partner", "at", "data", "leaf", "seq"}},
}  # fmt: skip
