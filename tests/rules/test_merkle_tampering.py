"""Twelve ways to tamper with the journal, each found; honest growth and the end of a term are not taken for tampering."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from hub.audit.merkle import (
    EMPTY,
    Growing,
    consistency_proof,
    fold,
    full_tiles,
    in_memory,
    inclusion_proof,
    is_included,
    leaf_hash,
    root_of,
)
from hub.audit.rules import Checkpoint, Line, faults, follows, of_stored
from hub.audit.seal import SealWrong, load_seal, make_seal, open_checkpoint, sign_checkpoint

SIZES = (3, 256, 300, 520)


@dataclass
class Journal:
    """All that is stored: lines, tiles, checkpoints and head."""

    lines: list[Line]
    tiles: dict[tuple[int, int], bytes]
    checkpoints: list[Checkpoint]
    head: Checkpoint

    @property
    def faults(self) -> list[str]:
        return list(faults(self.lines, head=self.head, checkpoints=self.checkpoints, tiles=of_stored(self.tiles)))


def line(number: int, text: str = "regel") -> Line:
    data = f"{text} {number}".encode()
    return Line(number, data, leaf_hash(data))


def built(lines: list[Line], sizes: Iterable[int] = SIZES) -> Journal:
    """A journal with these lines, tiles and checkpoints as the hub itself would make them."""
    hashes, tiles = in_memory([each.leaf for each in lines]), {}
    for level, number in full_tiles(0, size=len(lines)):
        tiles[level, number] = b"".join(hashes(level, number * 256, 256))
    checkpoints = [Checkpoint(size, root_of(hashes, size=size)) for size in sizes]
    return Journal(lines, tiles, checkpoints, checkpoints[-1])


@pytest.fixture
def journal() -> Journal:
    return built([line(number) for number in range(520)])


def proof_between(journal: Journal, old: int, new: int) -> list[bytes]:
    return consistency_proof(in_memory([each.leaf for each in journal.lines]), old=old, size=new)


def test_an_honest_journal_has_no_faults(journal: Journal) -> None:
    assert journal.faults == []
    assert built([line(number) for number in range(2_000)], (2_000,)).faults == []


def test_a_partner_without_the_tiles_checks_the_lines_alone(journal: Journal) -> None:
    assert list(faults(journal.lines, head=journal.head, checkpoints=journal.checkpoints)) == []


def test_an_empty_journal_has_no_faults() -> None:
    assert list(faults([], head=Checkpoint(0, EMPTY), checkpoints=[])) == []
    assert len(list(faults([], head=Checkpoint(0, EMPTY), checkpoints=[Checkpoint(0, bytes(32))]))) == 1


def test_a_line_whose_term_is_over_keeps_its_place_in_the_tree(journal: Journal) -> None:
    journal.lines[7] = replace(journal.lines[7], data=None)

    assert journal.faults == []


def test_honest_growth_follows_every_checkpoint_that_was_seen(journal: Journal) -> None:
    for at, seen in enumerate(journal.checkpoints):
        for offered in journal.checkpoints[at:]:
            assert follows(seen, offered=offered, proof=proof_between(journal, seen.size, offered.size)) is None
    assert follows(Checkpoint(0, EMPTY), offered=journal.head, proof=[]) is None


def change_data(journal: Journal) -> None:
    journal.lines[5] = replace(journal.lines[5], data=b"anders")


def change_data_and_leaf(journal: Journal) -> None:
    journal.lines[5] = line(5, "anders")


def cut_the_tail(journal: Journal) -> None:
    del journal.lines[-3:]


def cut_the_tail_and_its_seal(journal: Journal) -> None:
    del journal.lines[-3:]
    journal.head = journal.checkpoints.pop()


def swap_one_for_another(journal: Journal) -> None:
    del journal.lines[5]
    journal.lines.append(line(520))
    journal.lines = [replace(each, seq=number) for number, each in enumerate(journal.lines)]


def swap_two(journal: Journal) -> None:
    journal.lines[5], journal.lines[6] = replace(journal.lines[6], seq=5), replace(journal.lines[5], seq=6)


def insert_in_the_past(journal: Journal) -> None:
    journal.lines.insert(5, line(5, "ertussen"))
    journal.lines = [replace(each, seq=number) for number, each in enumerate(journal.lines)]


def insert_without_renumbering(journal: Journal) -> None:
    journal.lines.insert(5, line(5, "ertussen"))


def drop_without_renumbering(journal: Journal) -> None:
    del journal.lines[5]


def change_a_tile(journal: Journal) -> None:
    journal.tiles[0, 1] = bytes(8192)


def drop_a_tile(journal: Journal) -> None:
    del journal.tiles[0, 0]


def change_the_head(journal: Journal) -> None:
    journal.head = Checkpoint(520, bytes(32))


def add_a_false_seal(journal: Journal) -> None:
    journal.checkpoints.append(Checkpoint(100, bytes(32)))


@pytest.mark.parametrize(
    "deed",
    [
        change_data, change_data_and_leaf, cut_the_tail, cut_the_tail_and_its_seal, swap_one_for_another, swap_two, insert_in_the_past,
        insert_without_renumbering, drop_without_renumbering, change_a_tile, drop_a_tile, change_the_head, add_a_false_seal,
    ],
)  # fmt: skip
def test_what_was_done_to_the_stored_journal_shows_in_it(journal: Journal, deed: Callable[[Journal], None]) -> None:
    deed(journal)

    assert journal.faults


@pytest.mark.parametrize("deed", [change_data_and_leaf, swap_two, swap_one_for_another, insert_in_the_past])
def test_a_journal_rewritten_and_sealed_anew_shows_only_to_who_remembers_a_seal(journal: Journal, deed: Callable[[Journal], None]) -> None:
    seen = journal.checkpoints[1]
    deed(journal)
    rewritten = built(journal.lines, (256, len(journal.lines)))

    assert rewritten.faults == []
    assert follows(seen, offered=rewritten.head, proof=proof_between(rewritten, seen.size, rewritten.head.size)) is not None


def test_an_older_seal_shown_again_is_not_taken_for_the_newest(journal: Journal) -> None:
    wrong = follows(journal.checkpoints[2], offered=journal.checkpoints[1], proof=[])

    assert wrong == "Het journaal is korter dan eerst: 256 regels in plaats van 300."


def test_a_fork_for_one_partner_shows_when_two_partners_compare(journal: Journal) -> None:
    change_data_and_leaf(journal)
    honest, fork = built([line(number) for number in range(520)]), built(journal.lines)

    assert follows(honest.head, offered=fork.head, proof=[]) == "Er zijn twee verschillende journalen van 520 regels."


def test_a_receipt_of_a_line_that_was_taken_out_is_not_included_any_more(journal: Journal) -> None:
    receipt, root = journal.lines[5].leaf, journal.head.root
    proof = inclusion_proof(in_memory([each.leaf for each in journal.lines]), index=5, size=520)
    swap_one_for_another(journal)
    after = built(journal.lines)
    later = inclusion_proof(in_memory([each.leaf for each in after.lines]), index=5, size=520)

    assert is_included(receipt, index=5, size=520, proof=proof, root=root)
    assert not is_included(receipt, index=5, size=520, proof=later, root=after.head.root)


def test_another_key_and_another_journal_are_refused_at_the_seal(tmp_path: Path, journal: Journal) -> None:
    for name, origin in (("eigen", "schakel.nl/journaal"), ("vals", "schakel.nl/journaal"), ("ander", "ander.nl/journaal")):
        make_seal(tmp_path / name, name=origin)
    verifier = load_seal(tmp_path / "eigen").verifier

    for name in ("vals", "ander"):
        note = sign_checkpoint(load_seal(tmp_path / name), size=journal.head.size, root=journal.head.root)
        with pytest.raises(SealWrong):
            open_checkpoint(note, verifier=verifier)


def test_a_tile_is_the_256_hashes_below_it(journal: Journal) -> None:
    growing = Growing()
    growing.add(each.leaf for each in journal.lines[:256])

    assert fold([journal.tiles[0, 0][at : at + 32] for at in range(0, 8192, 32)]) == growing.root
