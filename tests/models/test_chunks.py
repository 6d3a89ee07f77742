"""Chunks of rows and keys."""

from timeline.models.chunks import CHUNK_SIZE, chunks


def test_a_chunk_is_no_longer_than_the_limit_and_items_keep_their_order():
    found = [*chunks(iter(range(2 * CHUNK_SIZE + 1)))]
    assert [len(chunk) for chunk in found] == [CHUNK_SIZE, CHUNK_SIZE, 1]
    assert [item for chunk in found for item in chunk] == [*range(2 * CHUNK_SIZE + 1)]
