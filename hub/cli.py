"""The command `schakel`."""

import click

from hub.agendas.cli import agenda_group
from hub.agreements.cli import actions
from hub.audit.cli import journal
from hub.cases.cli import cases, consent
from hub.cases.explaining import explain, holdback, preview
from hub.cases.exports import adapters, take_in
from hub.casuistry.cli import collections, nothing_to_report
from hub.consultations.cli import consultations, sessions
from hub.demo.cli import demo
from hub.desk import Commands
from hub.health import doctor
from hub.invitations.cli import feed, invitations, mail_in
from hub.jobs import jobs
from hub.operating import migrate, serve
from hub.partners.cli import partners
from hub.people.cli import accounts, outbox
from hub.pseudonyms.cli import keys
from hub.referrals.cli import referral_group
from hub.retention.cli import retention
from hub.sharing.cli import policies
from hub.threads.cli import recall
from hub.timetable import clock


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="schakel", prog_name="schakel")
def main() -> None:
    """Schakel: zaken delen in het ketenoverleg discriminatie, per ontvanger volgens de afspraak."""


for command in (
    demo, serve, clock, jobs, doctor, migrate, keys, partners, accounts, outbox, adapters, take_in, cases, consent, explain, preview,
    holdback, recall, policies, journal, collections, nothing_to_report, consultations, sessions, invitations, feed, mail_in, actions,
    agenda_group, referral_group, retention,
):  # fmt: skip
    main.add_command(command)
