"""The signed context: who does not act sees nothing, and nobody acts by saying so."""

import pytest
from sqlalchemy import text

from hub.kernel.actor import Clerk
from hub.kernel.database import begin_work
from tests.cast import DRENTHE, NOON, POLICE, Cast

COUNT = text("SELECT count(*) FROM hub.contribution")


def test_the_suite_itself_works_as_the_roles_of_production_and_not_as_superuser(cast: Cast):
    with cast.as_person(POLICE) as work:
        role, is_super = work.session.execute(text("SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user")).one()

    assert (role, is_super) == ("hub_app", False)


def test_a_person_acts_for_the_partner_of_the_pass_and_for_no_other(cast: Cast):
    with cast.as_person(DRENTHE) as work:
        me = work.session.execute(text("SELECT sec.me()")).scalar_one()

    assert me == cast.id(DRENTHE)


def test_a_clerk_without_a_partner_acts_for_nobody(cast: Cast):
    with begin_work(Clerk(), now=NOON) as work:
        me = work.session.execute(text("SELECT sec.me()")).scalar_one()

    assert me is None


@pytest.mark.parametrize("forged", ["3", "3:1:2:abc", "3:{pid}:{now}:00", ""])
def test_a_context_that_the_database_did_not_sign_is_no_context(cast: Cast, forged: str):
    with cast.as_person(DRENTHE) as work:
        pid, now = work.session.execute(text("SELECT pg_backend_pid(), extract(epoch FROM now())")).one()
        said = forged.format(pid=pid, now=now)
        work.session.execute(text("SELECT set_config('hub.ctx', :said, true)"), {"said": said})
        me = work.session.execute(text("SELECT sec.me()")).scalar_one()

    assert me is None
