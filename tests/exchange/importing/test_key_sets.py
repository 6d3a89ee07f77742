"""Sets of keys: the same as Python's, in the order of the keys."""

from timeline.exchange.importing.key_sets import PAGE, KeySet
from timeline.exchange.importing.pending import FIRST_KEY


def test_a_set_of_keys_has_what_was_added_in_order():
    keys = [FIRST_KEY + 1, 3, PAGE, 1, PAGE - 1, 3, FIRST_KEY]
    found = KeySet(keys)
    assert [*found] == sorted({*keys})
    assert len(found) == 6
    assert all(key in found for key in keys)
    assert not any(key in found for key in (0, 2, PAGE + 1, FIRST_KEY + 2, "3"))
    assert not KeySet()
