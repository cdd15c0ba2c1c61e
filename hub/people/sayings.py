"""What a mail of each kind says: a subject and one sentence, which tell nothing of a case, not even that there is one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from hub.kernel.outbox import NoticeKind

DIGEST = "weekly_digest"


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail of this kind says; `always` when nobody can switch it off, `stale` when it is worth nothing after so long."""

    subject: str
    sentence: str
    always: bool = False
    stale: timedelta | None = None


SAID: Mapping[str, Said] = {
    NoticeKind.COLLECTION_DELIVERED: Said(
        "Er staat een nieuwe maandverzameling klaar in Schakel", "Er staat een nieuwe maandverzameling voor uw organisatie klaar."
    ),
    NoticeKind.REMINDER: Said(
        "Aan de maandverzameling ontbreekt nog uw bericht",
        "De maandverzameling sluit binnenkort. Uw organisatie heeft nog niet gemeld of alles is aangeleverd, of dat er niets te melden is.",
        always=True,
        stale=timedelta(hours=8),
    ),
    NoticeKind.SILENCE_ALARM: Said(
        "Bij het sluiten van een maandverzameling ontbrak een bericht",
        "Een maandverzameling is gesloten terwijl een organisatie nog niet had gemeld dat alles was aangeleverd.",
        always=True,
    ),
    NoticeKind.CONTACT_PROPOSED: Said(
        "In Schakel wacht een verzoek om contact op antwoord", "Er is een verzoek om contact tussen uw organisatie en een andere."
    ),
    NoticeKind.CONTACT_CONFIRMED: Said(
        "Een contact in Schakel vraagt een volgende stap", "In een contact met een andere organisatie kan uw organisatie verder."
    ),
    NoticeKind.CONTACT_ENDED: Said(
        "Een contact in Schakel is afgesloten", "Een verzoek om contact met een andere organisatie is afgesloten."
    ),
    NoticeKind.ADDENDUM: Said(
        "Er is een aanvulling op een maandverzameling in Schakel", "Bij een maandverzameling die al bezorgd was, hoort nu een aanvulling."
    ),
    NoticeKind.DEADLINE_NEAR: Said("In Schakel nadert een termijn", "Voor uw organisatie nadert een termijn."),
    NoticeKind.JOB_FAILED: Said(
        "Een taak van Schakel is niet gelukt", "Een taak die Schakel zelf doet, is niet gelukt. Iemand moet ernaar kijken.", always=True
    ),
    NoticeKind.BODY_ASKED: Said(
        "Uw organisatie is gevraagd voor een overleg", "Een andere organisatie vraagt de uwe om aan een overleg mee te doen."
    ),
    NoticeKind.SERIES_PROPOSED: Said(
        "Er is een jaarplanning voorgesteld in Schakel",
        "Voor een overleg van uw organisatie zijn data voorgesteld. U kunt zeggen wat niet kan.",
    ),
    NoticeKind.INVITATION: Said("Uitnodiging voor een overleg", "U bent uitgenodigd voor een overleg.", always=True),
    NoticeKind.ANSWER_WANTED: Said(
        "Op een uitnodiging wacht nog uw antwoord", "Op een uitnodiging voor een overleg wacht nog een antwoord.", stale=timedelta(days=2)
    ),
    NoticeKind.QUORUM_LOW: Said(
        "Bij een overleg dreigen te weinig deelnemers",
        "Voor een overleg zeiden nog te weinig organisaties dat zij komen. Kijk of het kan doorgaan, of kies een andere dag.",
        always=True,
    ),
    NoticeKind.NOMINATIONS_OPEN: Said("U kunt punten aanmelden voor een overleg", "Voor een overleg kunt u zaken en thema's aanmelden."),
    NoticeKind.AGENDA_READY: Said("Er staat een agenda klaar in Schakel", "De agenda van een overleg staat voor u klaar."),
    NoticeKind.OUTCOMES_READY: Said(
        "De besluiten van een overleg staan klaar in Schakel", "De besluiten en actiepunten van een overleg staan voor u klaar."
    ),
    NoticeKind.MINUTES_READY: Said("Er staat een verslag klaar in Schakel", "Het verslag van een overleg staat voor u klaar."),
    NoticeKind.ACTION_DUE: Said("U hebt een actiepunt", "Een actiepunt van uw organisatie vraagt aandacht."),
    NoticeKind.RECALL_ASKED: Said(
        "Een andere organisatie vraagt u om iets te verwijderen",
        "Een andere organisatie vraagt om te verwijderen wat u uit Schakel overnam. Antwoord binnen vijf werkdagen.",
        always=True,
    ),
    NoticeKind.RECALL_ANSWERED: Said(
        "Op een terugroeping in Schakel kwam antwoord", "Een andere organisatie antwoordde dat verwijderen niet kan. Kijk wat u nu doet."
    ),
    NoticeKind.RECALL_OVERDUE: Said(
        "Op een terugroeping in Schakel kwam nog geen antwoord",
        "Een terugroeping van of aan uw organisatie is niet op tijd beantwoord.",
        always=True,
    ),
    NoticeKind.REFERRAL_OFFERED: Said(
        "In Schakel wacht een doorverwijzing op uw antwoord",
        "Een andere organisatie verwijst iemand naar u door. Antwoord binnen vijf werkdagen.",
        always=True,
    ),
    NoticeKind.REFERRAL_MOVED: Said(
        "Een doorverwijzing in Schakel is verder", "In een doorverwijzing van of naar uw organisatie is iets veranderd."
    ),
    NoticeKind.REFERRAL_OVERDUE: Said(
        "Een doorverwijzing in Schakel wacht te lang",
        "In een doorverwijzing van of naar uw organisatie is een laatste dag voorbij.",
        always=True,
    ),
    NoticeKind.NEWS_WANTED: Said(
        "In Schakel wacht een terugkoppeling op nieuws", "Uw organisatie liet een andere al lang niets weten. Kijk of er nieuws is."
    ),
    NoticeKind.CASES_LEAVING: Said(
        "In Schakel gaan binnenkort zaken weg",
        "Van uw organisatie zijn zaken aangekondigd die over dertig dagen of later verdwijnen. Houd vast wat moet blijven.",
        always=True,
    ),
    NoticeKind.ROWS_LEAVING: Said(
        "In Schakel eindigt binnenkort het delen van zaken",
        "Van zaken die uw organisatie deelt of ontvangt, komt binnen dertig dagen de laatste dag.",
    ),
    NoticeKind.POLICY_WAITING: Said(
        "In Schakel wacht een afspraak op uw handtekening",
        "Er ligt een afspraak over het delen van gegevens klaar om te lezen en te tekenen.",
    ),
    NoticeKind.POLICY_CHANGED: Said(
        "Een afspraak in Schakel is ingegaan of gestopt",
        "Een afspraak van uw organisatie over het delen van gegevens is ingegaan of gestopt.",
    ),
    NoticeKind.POLICY_ENDING: Said(
        "Een afspraak in Schakel loopt bijna af",
        "Een afspraak van uw organisatie over het delen van gegevens loopt bijna af. Daarna wordt er niets meer gedeeld.",
        always=True,
    ),
    NoticeKind.TEST: Said(
        "Proefbericht van Schakel", "Dit is het proefbericht waar u om vroeg. Meldingen van Schakel komen dus bij u aan.", always=True
    ),
    DIGEST: Said("Uw wekelijkse bericht van Schakel", "Dit was er de afgelopen week voor uw organisatie."),
}
