"""Keys that were seen before: the first location of each is found, across all files."""

from timeline.exchange.importing.seen_keys import SeenKeys
from timeline.exchange.readers.types import FileLocation


def test_a_new_key_is_at_its_own_place_and_one_seen_before_where_it_stood_first():
    keys = SeenKeys()
    first, second = (
        FileLocation("a.csv", "policies", 1, 2),
        FileLocation("a.csv", "policies", 900_000, 2_000_000),
    )
    assert keys.add(["a"], first) is first
    assert keys.add(["b"], second) is second
    assert keys.add(["b"], FileLocation("a.csv", "policies", 900_001, 2_000_001)) == second
    assert keys.add(["a"], second) == first


def test_places_in_several_files_are_told_apart():
    keys = SeenKeys()
    places = [
        FileLocation("a.csv", "citations", 1, 2),
        FileLocation("b.yaml", "policies", 1, 2),
        FileLocation("a.csv", "citations", 2, 3),
    ]
    for number, place in enumerate(places):
        keys.add([str(number)], place)
    assert [keys.add([str(number)], FileLocation("c.csv")) for number in range(3)] == places


def test_keys_of_the_same_letters_in_other_parts_are_not_the_same():
    keys = SeenKeys()
    place = FileLocation("a.csv", "citations", 2, 3)
    keys.add(["ab", "c"], FileLocation("a.csv", "citations", 1, 2))
    assert keys.add(["a", "bc"], place) is place
    assert keys.add(["ab", "c", ""], place) is place


def test_a_key_that_was_added_is_contained():
    seen = SeenKeys()
    seen.add(("launch", "board"), FileLocation("a.yaml", "citations", 1, 1))
    assert ("launch", "board") in seen
    assert ("launch", "paper") not in seen
