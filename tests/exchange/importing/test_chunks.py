"""Chunks of keys, and the grouping of entry keys by kind."""

import pytest

from tests.factories import make_goal, make_milestone, make_policy
from timeline.exchange.importing.chunks import CHUNK_SIZE, chunks, keys_by_kind


def test_a_chunk_is_no_longer_than_the_limit_and_keys_keep_their_order():
    found = [*chunks(range(2 * CHUNK_SIZE + 1, 0, -1))]
    assert [len(chunk) for chunk in found] == [CHUNK_SIZE, CHUNK_SIZE, 1]
    assert [key for chunk in found for key in chunk] == [*range(1, 2 * CHUNK_SIZE + 2)]


@pytest.mark.django_db
def test_keys_are_grouped_by_kind_and_those_of_no_entry_left_out():
    policies = [make_policy().pk for _number in range(2)]
    milestone, goal = make_milestone(published=True).pk, make_goal().pk
    keys = [*policies, milestone, goal, 10**6]
    assert keys_by_kind(keys) == {"policy": policies, "milestone": [milestone], "goal": [goal]}
