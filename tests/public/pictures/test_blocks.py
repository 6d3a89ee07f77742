"""The blocks of a year are stacked within the height of their row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.public.pictures.spans import share
from timeline.public.pictures.blocks import ACTIVITY_HEIGHT, draw_blocks
from timeline.public.pictures.geometry import Scale


@given(
    st.dictionaries(
        st.integers(2010, 2019),
        st.dictionaries(st.sampled_from(["harbour", "jade", ""]), st.integers(1, 4000), min_size=1),
    )
)
def test_the_blocks_of_a_year_stand_upon_each_other_and_none_is_higher_than_the_row(counts):
    most = max((sum(tones.values()) for tones in counts.values()), default=1)
    drawn = draw_blocks(counts, Scale(2010, 2019), most)
    assert sum(block.count for block in drawn) == sum(sum(tones.values()) for tones in counts.values())
    for block in drawn:
        assert -ACTIVITY_HEIGHT - 0.01 <= float(block.y) <= 0.01
        assert 0 <= share(block.x) <= share(block.x) + share(block.width) <= 1
    for one, other in zip(drawn, drawn[1:], strict=False):
        if one.x == other.x:
            assert float(other.y) + float(other.height) == pytest.approx(float(one.y), abs=0.02)
