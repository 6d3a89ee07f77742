"""Keys seen before: of each the place where it stood first, in whichever file."""

from timeline.exchange.importing.seen_keys import Keys
from timeline.exchange.readers import Place


def test_a_new_key_is_at_its_own_place_and_one_seen_before_where_it_stood_first():
    keys = Keys()
    first, second = Place("a.csv", "policies", 1, 2), Place("a.csv", "policies", 900_000, 2_000_000)
    assert keys.first(["a"], first) is first
    assert keys.first(["b"], second) is second
    assert keys.first(["b"], Place("a.csv", "policies", 900_001, 2_000_001)) == second
    assert keys.first(["a"], second) == first


def test_places_in_several_files_are_told_apart():
    keys = Keys()
    places = [
        Place("a.csv", "citations", 1, 2),
        Place("b.yaml", "policies", 1, 2),
        Place("a.csv", "citations", 2, 3),
    ]
    for number, place in enumerate(places):
        keys.first([str(number)], place)
    assert [keys.first([str(number)], Place("c.csv")) for number in range(3)] == places


def test_keys_of_the_same_letters_in_other_parts_are_not_the_same():
    keys = Keys()
    place = Place("a.csv", "citations", 2, 3)
    keys.first(["ab", "c"], Place("a.csv", "citations", 1, 2))
    assert keys.first(["a", "bc"], place) is place
    assert keys.first(["ab", "c", ""], place) is place
