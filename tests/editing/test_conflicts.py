"""Conflicts between two people's changes of one record: proposals, and merges where possible."""

import pytest

from tests import factories as make
from timeline.editing.conflicts import (
    BOTH,
    BOTH_MINE,
    BOTH_THEIRS,
    MINE,
    THEIRS,
    merge_lists,
    resolved_row,
    three_way_merge,
)
from timeline.models import Policy
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db

TABLE = table_of(Policy)


def citation(locator, **kw):
    return {
        "source": "yearbook",
        "locator": locator,
        "number": 1,
        "quotation": "",
        "quotation_en": "",
        "remark": "",
        "remark_en": "",
        "weight": 0,
        "date": None,
    } | kw


def row(**kw):
    return {"slug": "plan", "title": "规划", "topics": [], "citations": []} | kw


def locators(citations):
    return [one["locator"] for one in citations]


@pytest.fixture(autouse=True)
def source():
    return make.make_source(slug="yearbook", title="年鉴")


def test_citations_that_each_added_are_both_proposed():
    base, theirs = row(citations=[citation("¶1")]), row(citations=[citation("¶1"), citation("¶2")])
    mine = row(citations=[citation("¶1"), citation("¶3")])
    (column,) = three_way_merge(TABLE, base, theirs, mine)
    assert (column.name, column.side, column.is_conflict) == ("citations", BOTH, False)
    text = "".join(piece.text for piece in column.sides[BOTH] if piece.sign != "-")
    assert all(locator in text for locator in ("¶1", "¶2", "¶3"))
    for side, expected in (
        (BOTH, ["¶1", "¶2", "¶3"]),
        (THEIRS, ["¶1", "¶2"]),
        (MINE, ["¶1", "¶3"]),
    ):
        assert locators(resolved_row(TABLE, base, theirs, mine, {"citations": side})["citations"]) == expected


def test_what_one_took_out_and_the_other_left_alone_is_out_and_what_was_added_is_in():
    base = row(citations=[citation("¶1"), citation("¶2")])
    theirs = row(citations=[citation("¶2")])
    mine = row(citations=[citation("¶1"), citation("¶2"), citation("¶3")])
    assert locators(merge_lists(TABLE, "citations", base, theirs, mine)) == ["¶2", "¶3"]


def test_a_citation_that_both_changed_must_be_chosen():
    base = row(citations=[citation("¶1", remark="原话")])
    theirs, mine = (row(citations=[citation("¶1", remark=words)]) for words in ("他的", "我的"))
    (column,) = three_way_merge(TABLE, base, theirs, mine)
    assert (column.side, column.is_conflict, [*column.sides]) == ("", True, [THEIRS, MINE])


def test_where_one_of_several_citations_was_changed_by_both_all_others_can_be_kept_of_both():
    base = row(citations=[citation("¶1", remark="原话")])
    theirs = row(citations=[citation("¶1", remark="他的"), citation("¶2")])
    mine = row(citations=[citation("¶1", remark="我的"), citation("¶3")])
    (column,) = three_way_merge(TABLE, base, theirs, mine)
    assert (column.side, [*column.sides]) == ("", [THEIRS, MINE, BOTH_THEIRS, BOTH_MINE])
    for side, remark in ((BOTH_THEIRS, "他的"), (BOTH_MINE, "我的")):
        kept = resolved_row(TABLE, base, theirs, mine, {"citations": side})["citations"]
        assert locators(kept) == ["¶1", "¶2", "¶3"]
        assert kept[0]["remark"] == remark


def test_a_citation_that_one_changed_and_the_other_took_out_must_be_chosen():
    base = row(citations=[citation("¶1", remark="原话"), citation("¶2")])
    theirs, mine = (
        row(citations=[citation("¶2")]),
        row(citations=[citation("¶1", remark="我的"), citation("¶2")]),
    )
    assert merge_lists(TABLE, "citations", base, theirs, mine) is None


def test_topics_of_both_are_kept_and_those_that_either_took_out_are_not():
    base, theirs, mine = row(topics=["a", "b", "c"]), row(topics=["b", "c", "d"]), row(topics=["a", "c", "e"])
    assert merge_lists(TABLE, "topics", base, theirs, mine) == ["c", "d", "e"]


def test_a_merged_list_is_sorted_as_every_stored_one_is():
    theirs, mine = row(topics=["c"]), row(topics=["a"])
    (column,) = three_way_merge(TABLE, row(), theirs, mine)
    assert column.side == BOTH
    assert resolved_row(TABLE, row(), theirs, mine, {"topics": BOTH})["topics"] == ["a", "c"]


def test_texts_are_never_merged():
    base, theirs, mine = row(), row(title="他的"), row(title="我的")
    (column,) = three_way_merge(TABLE, base, theirs, mine)
    assert (column.side, [*column.sides]) == ("", [THEIRS, MINE])
