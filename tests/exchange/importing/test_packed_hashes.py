"""Packed hashes: each keeps its number, whatever its size and however many there are."""

from timeline.exchange.importing.packed_hashes import SLOTS, PackedHashes


def test_a_hash_has_the_numbers_under_which_it_was_added():
    hashes = PackedHashes()
    assert [hashes.add(value) for value in (7, -7, 7, 7 + 2**64)] == [0, 1, 2, 3]
    assert [*hashes.numbers(7)] == [0, 2, 3]
    assert [*hashes.numbers(-7)] == [1]
    assert [*hashes.numbers(8)] == []
    assert len(hashes) == 4


def test_hashes_that_begin_at_one_slot_are_told_apart_also_when_there_are_more_slots():
    hashes = PackedHashes()
    values = [number * SLOTS * 4 + SLOTS - 1 for number in range(SLOTS)]
    for value in values:
        hashes.add(value)
    assert [[*hashes.numbers(value)] for value in values] == [[number] for number in range(SLOTS)]
    assert [*hashes.numbers(SLOTS - 2)] == []
