"""Two demos on one machine: the ports of one are never taken by the other, also while the first is still being filled."""

from pathlib import Path

import pytest

from hub.demo.place import held_ports, open_place
from hub.kernel.errors import Unavailable


def test_a_demo_that_is_being_filled_keeps_its_ports_from_the_next_one(tmp_path: Path):
    first = open_place(tmp_path / "first")
    with held_ports(first):
        second = open_place(tmp_path / "second")

    assert {first.web_port, first.login_port}.isdisjoint({second.web_port, second.login_port})


def test_a_demo_whose_port_another_program_has_is_refused_by_name_of_the_port(tmp_path: Path):
    place = open_place(tmp_path / "demo")
    with held_ports(place), pytest.raises(Unavailable, match=f"Poort {place.web_port} is bezet"), held_ports(open_place(tmp_path / "demo")):
        pass
