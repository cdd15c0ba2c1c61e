"""The one table of who may enter: every endpoint with its roles and the things its path names; what is absent is shut."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.people.words import Role


@dataclass(frozen=True, slots=True)
class Entry:
    """Who may enter: these roles (None means everybody, also without a login); `things` says what a path part names."""

    roles: frozenset[Role] | None
    things: Mapping[str, str] = field(default_factory=dict)


PUBLIC = Entry(None)
READS = frozenset(Role) - {Role.OPERATOR}  # who keeps the hub running needs no cases
WRITES = frozenset({Role.CASE_WORKER, Role.COORDINATOR})
LEADS = frozenset({Role.COORDINATOR})
SIGNS = frozenset({Role.COORDINATOR, Role.PRIVACY_OFFICER})
ANSWERS = frozenset({Role.COORDINATOR, Role.PRIVACY_OFFICER})  # who says for an organisation that it takes part
EDITION = {"province": "edition", "month": "month"}
ADDENDUM = {**EDITION, "number": "addendum"}
GATHERING = {"province": "gathering", "month": "month"}
MEETING = {"consultation": "consultation"}
MINUTES = {"consultation": "consultation", "minutes": "minutes"}
POINT = {"consultation": "consultation", "item": "item"}

ENTRIES: Mapping[str, Entry] = {
    "web.show_start": PUBLIC,
    "web.show_static": PUBLIC,
    "web.show_accessibility": PUBLIC,
    "web.show_privacy": PUBLIC,
    "web.tell_alive": PUBLIC,
    "web.tell_ready": PUBLIC,
    "cases.show_received": Entry(READS),
    "cases.show_received_case": Entry(READS, {"code": "received"}),
    "cases.find_case": Entry(READS),
    "cases.show_own": Entry(READS),
    "cases.show_own_case": Entry(READS, {"code": "own"}),
    "cases.ask_new": Entry(WRITES),
    "cases.enter_case": Entry(WRITES),
    "cases.ask_update": Entry(WRITES, {"code": "own"}),
    "cases.update_case": Entry(WRITES, {"code": "own"}),
    "cases.show_consent": Entry(WRITES, {"code": "own"}),
    "cases.record_consent": Entry(WRITES, {"code": "own"}),
    "cases.ask_withdrawal": Entry(WRITES, {"code": "own", "recipient": "partner"}),
    "cases.withdraw_consent": Entry(WRITES, {"code": "own", "recipient": "partner"}),
    "cases.show_receipt": Entry(READS, {"code": "own", "recipient": "partner"}),
    "cases.show_intake": Entry(WRITES),
    "cases.offer_export": Entry(WRITES),
    "cases.show_preview": Entry(WRITES, {"upload": "upload"}),
    "cases.take_in_export": Entry(WRITES, {"upload": "upload"}),
    "cases.discard_export": Entry(WRITES, {"upload": "upload"}),
    "cases.show_run": Entry(READS, {"run": "run"}),
    "previews.preview_new": Entry(WRITES),
    "previews.preview_update": Entry(WRITES, {"code": "own"}),
    "previews.show_holds": Entry(READS, {"code": "own"}),
    "previews.hold_back": Entry(WRITES, {"code": "own"}),
    "previews.preview_hold": Entry(WRITES, {"code": "own"}),
    "previews.lift_hold": Entry(WRITES, {"code": "own", "number": "hold"}),
    "previews.show_looks": Entry(READS, {"code": "own"}),
    "casuistry.show_collections": Entry(READS),
    "casuistry.show_edition": Entry(READS, EDITION),
    "casuistry.show_addendum": Entry(READS, ADDENDUM),
    "casuistry.print_edition": Entry(READS, EDITION),
    "casuistry.print_addendum": Entry(READS, ADDENDUM),
    "casuistry.rebuild_edition": Entry(LEADS, EDITION),
    "casuistry.find_line": Entry(READS, EDITION),
    "casuistry.find_added_line": Entry(READS, ADDENDUM),
    "casuistry.download_edition": Entry(WRITES, EDITION),
    "casuistry.download_addendum": Entry(WRITES, ADDENDUM),
    "casuistry.show_statements": Entry(READS),
    "casuistry.make_statement": Entry(WRITES, {"province": "statement", "month": "month"}),
    "casuistry.show_gatherings": Entry(LEADS),
    "casuistry.show_gathering": Entry(LEADS, GATHERING),
    "casuistry.freeze_gathering": Entry(LEADS, GATHERING),
    "casuistry.move_gathering": Entry(LEADS, GATHERING),
    "casuistry.reopen_gathering": Entry(LEADS, GATHERING),
    "casuistry.deliver_gathering": Entry(LEADS, GATHERING),
    "casuistry.allow_late": Entry(LEADS, GATHERING),
    "contacts.show_contacts": Entry(READS),
    "contacts.ask_question": Entry(WRITES, {"code": "received"}),
    "contacts.ask_contact": Entry(WRITES, {"code": "received"}),
    "contacts.show_contact": Entry(READS, {"contact": "contact"}),
    "contacts.answer_contact": Entry(WRITES, {"contact": "contact"}),
    "contacts.note_contact": Entry(WRITES, {"contact": "contact"}),
    "contacts.note_outcome": Entry(WRITES, {"contact": "contact"}),
    "threads.show_recalls": Entry(READS),
    "threads.show_recall": Entry(READS, {"thread": "recall"}),
    "threads.answer_recall": Entry(WRITES | {Role.PRIVACY_OFFICER}, {"thread": "recall"}),
    "referrals.show_referrals": Entry(READS),
    "referrals.enter_code": Entry(WRITES),
    "referrals.show_referral": Entry(READS, {"thread": "referral"}),
    "referrals.step_referral": Entry(WRITES, {"thread": "referral"}),
    "referrals.renew_code": Entry(WRITES, {"thread": "referral"}),
    "referrals.choose_bureau": Entry(WRITES, {"code": "own"}),
    "referrals.ask_offer": Entry(WRITES, {"code": "own", "recipient": "bureau"}),
    "referrals.offer_case": Entry(WRITES, {"code": "own", "recipient": "bureau"}),
    "referrals.show_concerns": Entry(READS),
    "referrals.ask_concern": Entry(READS, {"code": "own"}),
    "referrals.state_concern": Entry(WRITES, {"code": "own"}),
    "retention.show_retention": Entry(READS),
    "retention.choose_term": Entry(frozenset({Role.PRIVACY_OFFICER})),
    "retention.hold_case": Entry(SIGNS),
    "retention.release_case": Entry(SIGNS, {"code": "own"}),
    "sharing.show_agreements": Entry(READS),
    "sharing.show_agreement": Entry(READS, {"key": "policy"}),
    "sharing.sign_agreement": Entry(SIGNS, {"key": "policy"}),
    "sharing.stop_agreement": Entry(SIGNS, {"key": "policy"}),
    "watches.show_watches": Entry(READS),
    "watches.settle_watch": Entry(WRITES | {Role.PRIVACY_OFFICER}, {"watch": "watch"}),
    "meetings.show_hall": Entry(READS, MEETING),
    "meetings.start_meeting": Entry(WRITES, MEETING),
    "meetings.end_meeting": Entry(WRITES, MEETING),
    "meetings.let_in": Entry(WRITES, MEETING),
    "meetings.let_out": Entry(WRITES, {**MEETING, "presence": "presence"}),
    "meetings.show_point": Entry(READS, POINT),
    "meetings.go_through": Entry(WRITES, POINT),
    "meetings.note_point": Entry(WRITES, POINT),
    "meetings.decide_at": Entry(WRITES, POINT),
    "meetings.agree_at": Entry(WRITES, POINT),
    "meetings.keep_note": Entry(WRITES, POINT),
    "meetings.show_screen": Entry(READS, MEETING),
    "records.show_minutes": Entry(READS, MEETING),
    "records.draft_minutes": Entry(WRITES, MEETING),
    "records.download_minutes": Entry(WRITES, MEETING),
    "records.show_block_minutes": Entry(READS, MINUTES),
    "records.write_minutes": Entry(WRITES, MINUTES),
    "records.go_on_with_minutes": Entry(WRITES, MINUTES),
    "records.show_outcomes": Entry(READS, MEETING),
    "records.download_outcomes": Entry(WRITES, MEETING),
    "records.show_template": Entry(READS, {"body": "body"}),
    "records.choose_template": Entry(LEADS, {"body": "body"}),
    "records.download_template": Entry(WRITES, {"body": "body"}),
    "agreements.show_actions": Entry(READS),
    "agreements.show_action": Entry(READS, {"agreement": "agreement"}),
    "agreements.go_on_with_action": Entry(WRITES, {"agreement": "agreement"}),
    "invitations.show_invitations": Entry(READS),
    "invitations.answer_invitation": Entry(READS),
    "invitations.choose_title": Entry(READS),
    "invitations.make_address": Entry(READS),
    "invitations.revoke_address": Entry(READS),
    "invitations.show_link": PUBLIC,
    "invitations.answer_by_link": PUBLIC,
    "invitations.fetch_feed": PUBLIC,
    "jobs.show_jobs": Entry(frozenset({Role.OPERATOR})),
    "agendas.show_agenda": Entry(READS, MEETING),
    "agendas.change_agenda": Entry(LEADS, MEETING),
    "agendas.add_theme": Entry(LEADS, MEETING),
    "agendas.download_agenda": Entry(WRITES, MEETING),
    "agendas.change_item": Entry(LEADS, POINT),
    "agendas.show_left_out": Entry(READS, MEETING),
    "agendas.show_nominations": Entry(READS, MEETING),
    "agendas.nominate": Entry(WRITES, MEETING),
    "agendas.withdraw_nomination": Entry(WRITES, {**MEETING, "nomination": "nomination"}),
    "consultations.show_bodies": Entry(READS),
    "consultations.ask_body": Entry(LEADS),
    "consultations.found_body": Entry(LEADS),
    "consultations.show_body": Entry(READS, {"body": "body"}),
    "bodies.show_question": Entry(ANSWERS, {"body": "asked"}),
    "bodies.answer_question": Entry(ANSWERS, {"body": "asked"}),
    "bodies.ask_settings": Entry(LEADS, {"body": "body"}),
    "bodies.change_settings": Entry(LEADS, {"body": "body"}),
    "bodies.show_joint": Entry(LEADS),
    "bodies.propose_joint": Entry(LEADS),
    "consultations.ask_members": Entry(LEADS, {"body": "body"}),
    "consultations.seat_members": Entry(LEADS, {"body": "body"}),
    "consultations.ask_blocks": Entry(LEADS, {"body": "body"}),
    "consultations.plan_blocks": Entry(LEADS, {"body": "body"}),
    "consultations.name_attendee": Entry(WRITES, {"body": "body"}),
    "consultations.drop_attendee": Entry(WRITES, {"attendee": "attendee"}),
    "consultations.plan_year": Entry(LEADS, {"body": "body"}),
    "consultations.show_year": Entry(READS, {"series": "series"}),
    "consultations.change_year": Entry(LEADS, {"series": "series"}),
    "consultations.object_to_year": Entry(WRITES, {"series": "series"}),
    "consultations.download_certificate": Entry(READS, {"series": "series"}),
    "consultations.call_meeting": Entry(LEADS, {"body": "body"}),
    "consultations.show_meeting": Entry(READS, {"consultation": "consultation"}),
    "consultations.move_meeting": Entry(LEADS, {"consultation": "consultation"}),
    "consultations.cancel_meeting": Entry(LEADS, {"consultation": "consultation"}),
    "consultations.show_absences": Entry(READS),
    "consultations.tell_absence": Entry(WRITES),
    "consultations.drop_absence": Entry(WRITES, {"absence": "unavailable"}),
    "people.choose_provider": PUBLIC,
    "people.begin_sign_in": PUBLIC,
    "people.finish_sign_in": PUBLIC,
    "people.sign_out": PUBLIC,
    "people.show_signed_out": PUBLIC,
    "people.take_notice": PUBLIC,
    "notices.show_notices": Entry(frozenset(Role)),
    "notices.choose_notices": Entry(frozenset(Role)),
    "notices.ask_test": Entry(frozenset(Role)),
    "notices.show_outbox": Entry(frozenset({Role.OPERATOR})),
    "notices.try_again": Entry(frozenset({Role.OPERATOR})),
}
# POSTs that a provider sends, without cookie, origin or form token; each checks its own signature.
FROM_ELSEWHERE = frozenset({"people.take_notice"})


def find_entry(endpoint: str) -> Entry | None:
    """The line of the table for this endpoint, or None: then nobody may enter."""
    return ENTRIES.get(endpoint)


def is_open(endpoint: str, *, roles: frozenset[str]) -> bool:
    """Whether somebody with these roles may enter here; a menu shows only what is open."""
    entry = ENTRIES.get(endpoint)
    return entry is not None and (entry.roles is None or bool(entry.roles & roles))
