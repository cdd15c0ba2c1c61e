"""Every word the journal knows, with the facts it may carry; a deed that is not here leaves no line, and may not be done."""

from dataclasses import dataclass
from enum import Enum

from hub.audit.facts import FACTS

GROUPS = frozenset("verzamelen wijzigen raadplegen verstrekken combineren vernietigen inloggen beheren".split())


@dataclass(frozen=True, slots=True)
class Deed:
    """What an event says in a line: its Dutch word led by its group, its facts, and what holds unless told otherwise."""

    word: str
    facts: frozenset[str]
    reason: str | None
    outcome: str


def _deed(says: str, facts: str = "", *, reason: str | None = None, outcome: str = "gedaan") -> Deed:
    return Deed(says, frozenset(facts.split()), reason, outcome)


_POLICY = "policy policy_version policy_hash git_commit"
_INTAKE = "upload mapping fingerprint received new updated unchanged vanished refused"
_ROW = f"contribution revision code recipient {_POLICY} fields purposes until reason"
_CONSENT = "contribution recipient recipients state purposes fields until reason"


class Event(Enum):
    """The deeds of the house; looking a thing up and giving it away always carry a reason."""

    PARTNER_ADDED = _deed("beheren/partner-toegevoegd", "partner")
    ACCOUNT_ADDED = _deed("beheren/account-toegevoegd", "account partner roles provider")
    ACCOUNT_SWITCHED_OFF = _deed("beheren/account-uitgezet", "account")
    ACCOUNT_MAIL_SET = _deed("beheren/mailadres-vastgelegd", "account")
    NOTICES_CHOSEN = _deed("beheren/meldingen-gekozen", "account state")
    LETTER_RETRIED = _deed("beheren/bericht-opnieuw-aangeboden", "letter")
    POLICY_LOADED = _deed("beheren/beleid-geladen", f"{_POLICY} giver recipient until")
    POLICY_SIGNED = _deed("beheren/beleid-getekend", f"{_POLICY} giver recipient state account")
    POLICY_STOPPED = _deed("beheren/beleid-gestopt", f"{_POLICY} giver recipient account")
    POLICY_BEGAN = _deed("beheren/beleid-ingegaan", f"{_POLICY} giver recipient until")

    UPLOAD_OFFERED = _deed("verzamelen/export-aangeboden", f"{_INTAKE} rows")
    UPLOAD_DISCARDED = _deed("vernietigen/aangeboden-export-weggegooid", "upload reason")
    TAKEN_IN = _deed("verzamelen/export-ingelezen", f"{_INTAKE} rows shared")
    CONTRIBUTION_RELEASED = _deed("verzamelen/bijdrage-vrijgegeven", "contribution revision fields upload reason")
    CONTRIBUTION_REVISED = _deed("wijzigen/bijdrage-bijgewerkt", "contribution revision fields upload reason")

    CONSENT_RECORDED = _deed("wijzigen/toestemming-vastgelegd", _CONSENT)
    CONSENT_WITHDRAWN = _deed("wijzigen/toestemming-ingetrokken", _CONSENT, reason="intrekking")
    HELD_BACK = _deed("wijzigen/ingehouden", _CONSENT, reason="inhouding")
    HOLD_BACK_LIFTED = _deed("wijzigen/inhouding-opgeheven", _CONSENT, reason="inhouding")

    SHARED = _deed("verstrekken/bijdrage-gedeeld", f"{_ROW} recipients", reason="beleid")
    ROW_REMOVED = _deed("vernietigen/rij-verwijderd", _ROW, reason="beleid")

    ROW_OPENED = _deed("raadplegen/rij-geopend", "code giver fields reason", reason="behandeling")
    CONTRIBUTION_OPENED = _deed("raadplegen/eigen-bijdrage-geopend", "contribution revision reason", reason="behandeling")
    LIST_OPENED = _deed("raadplegen/lijst-geopend", "page rows reason", reason="behandeling")
    CONTACT_PROPOSED = _deed("verstrekken/contact-voorgesteld", "contact code partner reason", reason="opvolging")
    CONTACT_ANSWERED = _deed("verstrekken/contact-beantwoord", "contact partner state reason", reason="opvolging")
    CONTACT_MADE = _deed("wijzigen/contact-vastgelegd", "contact partner state reason", reason="opvolging")
    CONTACT_ENDED = _deed("wijzigen/contact-afgesloten", "contact partner state reason", reason="opvolging")
    CONTACT_OPENED = _deed("raadplegen/contact-geopend", "contact partner reason", reason="opvolging")
    RECALL_ASKED = _deed("vernietigen/terugroeping-gevraagd", "thread code recipient reason")
    RECALL_ANSWERED = _deed("vernietigen/terugroeping-beantwoord", "thread partner state reason", reason="opvolging")
    RECALL_OPENED = _deed("raadplegen/terugroeping-geopend", "thread partner reason", reason="opvolging")
    REFERRED = _deed("verstrekken/melder-doorverwezen", "thread code recipient reason", reason="toestemming")
    REFERRAL_OPENED = _deed("raadplegen/doorverwijzing-geopend", "thread partner reason", reason="opvolging")
    RECEIPT_REFUSED = _deed("raadplegen/ontvangstcode-geweigerd", "reason", reason="onbekend", outcome="geweigerd")
    CONCERN_STATED = _deed("wijzigen/zaak-van-ander-vastgelegd", "contribution recipient code reason", reason="opvolging")
    RETENTION_SET = _deed("beheren/bewaartermijn-vastgelegd", "number state until")
    ERASURE_ANNOUNCED = _deed("beheren/verwijdering-aangekondigd", "rows")
    CASE_HELD = _deed("beheren/zaak-vastgehouden", "contribution state")
    CASE_RELEASED = _deed("beheren/zaak-losgelaten", "contribution")
    CASE_ERASED = _deed("vernietigen/zaak-verwijderd", "contribution code reason", reason="einde-termijn")
    PROOF_FORGOTTEN = _deed("vernietigen/bewijzen-opgeruimd", "rows reason", reason="einde-termijn")
    LETTER_WRITTEN = _deed("wijzigen/brief-geschreven", "thread partner state reason", reason="opvolging")
    WATCH_SETTLED = _deed("wijzigen/termijn-afgehandeld", "watch state reason", reason="behandeling")
    DECIDED = _deed("wijzigen/besluit-vastgelegd", "decision consultation state reason", reason="overleg")
    AGREED = _deed("wijzigen/actiepunt-afgesproken", "agreement consultation reason", reason="overleg")
    AGREEMENT_WENT_ON = _deed("wijzigen/actiepunt-voortgezet", "agreement state reason", reason="opvolging")
    PRESENCE_CHANGED = _deed("wijzigen/aanwezigheid-vastgelegd", "consultation state reason", reason="overleg")
    ITEM_NOTED = _deed("wijzigen/agendapunt-vastgelegd", "consultation item state reason", reason="overleg")
    MINUTES_SENT = _deed("verstrekken/verslag-rondgestuurd", "consultation body number root reason", reason="overleg")
    MINUTES_REMARKED = _deed("wijzigen/opmerking-bij-verslag", "consultation body number reason", reason="overleg")
    MINUTES_ADOPTED = _deed("wijzigen/verslag-vastgesteld", "consultation body number root reason", reason="overleg")
    MINUTES_EMPTIED = _deed("vernietigen/tekst-uit-verslag-gehaald", "consultation body number reason", reason="overleg")
    MINUTES_OPENED = _deed("raadplegen/verslag-geopend", "consultation page reason", reason="overleg")
    TEMPLATE_CHOSEN = _deed("beheren/sjabloon-ingesteld", "body state fingerprint")
    MEETING_OPENED = _deed("raadplegen/bijeenkomst-geopend", "consultation page reason", reason="overleg")
    NOMINATED = _deed("wijzigen/aangemeld-voor-overleg", "consultation state reason", reason="overleg")
    LINE_PLACED = _deed("verstrekken/zaak-op-overleg-gezet", "consultation contribution revision reason", reason="overleg")
    LINE_REMOVED = _deed("vernietigen/zaak-van-overleg-gehaald", "consultation contribution reason", reason="overleg")
    AGENDA_PROPOSED = _deed("wijzigen/agenda-voorgesteld", "consultation number reason", reason="overleg")
    AGENDA_CHANGED = _deed("wijzigen/agenda-gewijzigd", "consultation item state reason", reason="overleg")
    AGENDA_PUBLISHED = _deed("verstrekken/agenda-gepubliceerd", "consultation number fingerprint reason", reason="overleg")
    AGENDA_OPENED = _deed("raadplegen/agenda-geopend", "consultation number reason", reason="overleg")

    INVITED = _deed("verstrekken/uitnodiging-verstuurd", "invitation account number reason", reason="overleg")
    INVITATION_CANCELLED = _deed("verstrekken/uitnodiging-ingetrokken", "invitation account number reason", reason="overleg")
    INVITATION_ANSWERED = _deed("wijzigen/uitnodiging-beantwoord", "invitation account state reason", reason="overleg")
    REPLY_PARKED = _deed("verzamelen/antwoord-apart-gezet", "invitation account state reason", reason="overleg")
    TITLE_CHOSEN = _deed("beheren/agendatitel-gekozen", "account state")
    FEED_MADE = _deed("beheren/agenda-adres-gemaakt", "account")
    FEED_REVOKED = _deed("beheren/agenda-adres-ingetrokken", "account")

    GATHERING_OPENED = _deed("beheren/inzameling-geopend", "province month")
    GATHERING_MOVED = _deed("beheren/inzameling-verplaatst", "province month until")
    GATHERING_FROZEN = _deed("beheren/inzameling-bevroren", "province month")
    GATHERING_REOPENED = _deed("beheren/inzameling-heropend", "province month")
    GATHERING_DELIVERED = _deed("beheren/inzameling-bezorgd", "province month")
    LATE_ALLOWED = _deed("beheren/nakoming-toegestaan", "province month partner")
    SILENCE_MARKED = _deed("beheren/stilte-gemeld", "province month partner")
    STATEMENT_MADE = _deed("verzamelen/aanleverbericht", "province month state")
    COLLECTION_GATHERED = _deed("verzamelen/maandverzameling-bevroren", "province month number")
    COLLECTION_UNDONE = _deed("vernietigen/maandverzameling-teruggedraaid", "province month", reason="fout-hersteld")
    COLLECTION_DELIVERED = _deed("verstrekken/maandverzameling-bezorgd", "province month number root fingerprint", reason="beleid")
    COLLECTION_READ = _deed("raadplegen/maandverzameling-geopend", "province month number reason", reason="behandeling")
    COLLECTION_EXPORTED = _deed("raadplegen/maandverzameling-uitgevoerd", "province month number form reason", reason="behandeling")
    ADDENDUM_MADE = _deed("verstrekken/aanvulling-gemaakt", "province month number", reason="beleid")

    BODY_FOUNDED = _deed("beheren/overlegvorm-ingesteld", "body")
    BODY_CHANGED = _deed("beheren/overlegvorm-gewijzigd", "body fields")
    MEMBER_ASKED = _deed("beheren/deelname-gevraagd", "body partner")
    MEMBERSHIP_ANSWERED = _deed("beheren/deelname-beantwoord", "body state")
    MEMBER_LEFT = _deed("beheren/deelname-beeindigd", "body partner")
    ATTENDEE_NAMED = _deed("beheren/deelnemer-aangewezen", "body account state")
    BLOCKS_PLANNED = _deed("beheren/blokken-vastgelegd", "body rows")
    ABSENCE_TOLD = _deed("beheren/verhindering-gemeld", "body state")
    YEAR_PLANNED = _deed("beheren/jaarreeks-berekend", "series body")
    YEAR_PROPOSED = _deed("beheren/jaarreeks-voorgesteld", "series body until")
    YEAR_SETTLED = _deed("beheren/jaarreeks-vastgesteld", "series body")
    OBJECTED = _deed("beheren/bezwaar-gemaakt", "series body state")
    CONSULTATION_STEPPED = _deed("beheren/bijeenkomst-verder", "consultation body state")
    CONSULTATION_CALLED = _deed("beheren/bijeenkomst-bijeengeroepen", "consultation body until")
    CONSULTATION_MOVED = _deed("beheren/bijeenkomst-verplaatst", "consultation body until")

    JOURNAL_READ = _deed("raadplegen/journaal-gelezen", "rows reason", reason="toezicht")

    SIGNED_IN = _deed("inloggen/aangemeld", "account partner provider roles origin")
    SIGN_IN_REFUSED = _deed("inloggen/aanmelding-geweigerd", "provider partner reason origin", reason="onbekend", outcome="geweigerd")
    SIGNED_OUT = _deed("inloggen/afgemeld", "account partner provider reason", reason="zelf-afgemeld")
    ENTRY_REFUSED = _deed("inloggen/toegang-geweigerd", "entry reason origin", reason="onbekend", outcome="geweigerd")

    @property
    def group(self) -> str:
        """The kind of deed, in the verbs of the law on police data."""
        return self.value.word.partition("/")[0]


def unknown_facts() -> frozenset[str]:
    """Facts that an event lists and the journal cannot write; a test keeps this empty."""
    return frozenset().union(*(event.value.facts for event in Event)) - FACTS.keys()
