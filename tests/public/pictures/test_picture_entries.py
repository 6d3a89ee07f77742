"""Entries of the picture: the best of a day, and what counts for more."""

from dataclasses import replace

from tests.public.pictures.entries import entry, year
from timeline.public.pictures.picture_entries import one_of_each_day, with_distinctions


def test_the_best_entry_of_a_track_stands_for_its_day():
    found = [
        entry(1, "2013-08-05"),
        entry(2, "2013-08-05", score=1001),
        entry(3, "2013-08-05", track="goal"),
        year(4, 2013),
    ]
    assert {one.key for one in one_of_each_day(found)} == {2, 3, 4}


def test_the_best_of_a_first_year_of_a_phase_and_the_ends_count_for_more():
    found = [year(1, 2011, score=1), year(2, 2011), year(3, 2015)]
    found = [replace(one, phase=7) for one in found]
    assert [one.score for one in with_distinctions(found, {7: 2011}, [1, 3], 3)] == [7, 0, 3]
