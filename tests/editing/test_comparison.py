"""Comparison of two rows: by character, with titles and labels."""

import pytest

from tests.editing.entries import renamed
from tests.factories import make_source, make_topic
from timeline.editing import conflicts
from timeline.editing.comparison import (
    CONTEXT,
    LONGEST_CHANGED,
    LONGEST_TEXT,
    MAX_PARTS,
    changed_columns,
    compare_revisions,
    compare_rows,
    count_changed_parts,
)
from timeline.models import Citation, Milestone, Policy
from timeline.rows.tables import TABLES, table_of

pytestmark = pytest.mark.django_db


def test_a_comparison_is_by_characters():
    table = table_of(Milestone)
    (difference,) = compare_rows(table, {"title": "宁波市智慧城市"}, {"title": "宁波智慧城市建设"})
    assert [(piece.sign, piece.text) for piece in difference.segments] == [
        ("=", "宁波"),
        ("-", "市"),
        ("=", "智慧城市"),
        ("+", "建设"),
    ]


def test_a_comparison_names_records_by_their_titles():
    table = table_of(Policy)
    make_topic(slug="yi", title="医疗")
    make_topic(slug="jiao", title="教育")
    make_source(slug="ribao", title="宁波日报")
    old = {"topics": ["yi"], "citations": []}
    new = {"topics": ["jiao", "yi", "gone"], "citations": [{"source": "ribao", "locator": "第1版"}]}
    topics, citations = compare_rows(table, old, new)
    assert (topics.old, topics.new) == ("医疗", "教育、医疗、gone")
    assert (citations.old, citations.new) == ("", "宁波日报 · 第1版")


def test_a_comparison_tells_records_of_one_title_apart():
    table = table_of(Policy)
    make_topic(slug="yi", title="医疗")
    make_topic(slug="er", title="医疗")
    old, mine = {"topics": ["yi"]}, {"topics": ["er"]}
    (difference,) = compare_rows(table, old, mine)
    assert (difference.old, difference.new) == ("医疗 (yi)", "医疗 (er)")
    (column,) = conflicts.three_way_merge(table, {"topics": []}, old, mine)
    assert column.base == ""


def test_a_comparison_says_choices_of_parts_in_words():
    old, new = {"relations": []}, {"relations": [{"type": "implements", "to": "gone"}]}
    (difference,) = compare_rows(table_of(Policy), old, new)
    assert "implements" not in difference.new


def cited(source, locator="¶1", number=1, **cells):
    empty = {"quotation": "", "remark": "", "remark_en": "", "weight": 0, "date": None}
    return {"source": source, "locator": locator, "number": number, **empty, **cells}


def test_citations_are_compared_one_by_one_and_cells_have_their_labels():
    make_source(slug="ribao", title="宁波日报")
    old = {"citations": [cited("ribao", remark="旧注"), cited("gone", "第3页")]}
    new = {"citations": [cited("ribao", remark="新注", weight=5), cited("wanbao", "第4页")]}
    (difference,) = compare_rows(table_of(Policy), old, new)
    changed, added, removed = difference.all_parts
    assert changed.heading == "宁波日报 · ¶1"
    labels = [str(Citation._meta.get_field(name).verbose_name) for name in ("remark", "weight")]
    assert [(cell.label, cell.old, cell.new) for cell in changed.cells] == [
        (labels[0], "旧注", "新注"),
        (labels[1], "0", "5"),
    ]
    assert (added.old_row, added.heading) == (None, "wanbao · 第4页")
    assert (removed.new_row, removed.heading) == (None, "gone · 第3页")
    # As text, on the pages of conflicts.
    assert f"{labels[1]}" in difference.new
    assert f"{labels[1]}" not in difference.old


@pytest.mark.parametrize(
    ("cells", "label"), [({"number": 2}, "number"), ({"locator": "¶2"}, "locator")], ids=["number", "place"]
)
def test_a_citation_that_was_renumbered_or_moved_is_changed_neither_removed_nor_added(cells, label):
    old, new = cited("ribao", remark="注"), cited("ribao", remark="注") | cells
    (difference,) = compare_rows(table_of(Policy), {"citations": [old]}, {"citations": [new]})
    (part,) = difference.all_parts
    assert (part.old_row, part.new_row) == (old, new)
    assert [cell.column for cell in part.cells] == [label]


def test_citations_in_another_order_do_not_differ():
    rows = [cited("a"), cited("b"), cited("c")]
    table = table_of(Policy)
    assert compare_rows(table, {"citations": rows}, {"citations": rows[::-1]}) == []
    assert changed_columns(table, {"citations": rows}, {"citations": rows[::-1]}) == []


def test_a_column_that_was_added_later_does_not_differ_while_it_is_empty():
    assert compare_rows(table_of(Policy), {}, {"short_title": "", "citations": [], "date": None}) == []


def test_records_that_were_renamed_since_do_not_differ():
    topic, source = make_topic(slug="new"), make_source(slug="source-new")
    for record, former in ((topic, "old"), (source, "source-old")):
        renamed(record, former)
        renamed(record, record.slug + "-now")
    table = table_of(Policy)
    old = {"topics": ["old"], "citations": [cited("source-old")]}
    new = {"topics": ["old-now"], "citations": [cited("source-old-now")]}
    assert compare_revisions(table, old, new, present=new) == []


def test_a_long_text_is_shown_around_its_differences():
    before, after = "甲" * 1000 + "旧" + "乙" * 1000, "甲" * 1000 + "新" + "乙" * 1000
    (difference,) = compare_rows(table_of(Policy), {"body": before}, {"body": after})
    signs = [(one.sign, len(one.text) if one.sign == "=" else one.text) for one in difference.new_segments]
    assert [one for one in signs if one != ("=", 0)] == [
        ("…", str(1000 - CONTEXT)),
        ("=", CONTEXT),
        ("+", "新"),
        ("=", CONTEXT),
        ("…", str(1000 - CONTEXT)),
    ]
    assert not difference.is_shortened


def test_a_text_that_is_other_throughout_is_shortened_and_shown_whole_on_request():
    row = {"body": "新" * 50_000}
    (difference,) = compare_rows(table_of(Policy), {"body": ""}, row)
    assert difference.is_shortened
    assert sum(len(one.text) for one in difference.new_segments) < 2_000
    (whole,) = compare_rows(table_of(Policy), {"body": ""}, row, whole="body")
    assert not whole.is_shortened
    assert "".join(one.text for one in whole.new_segments) == row["body"]


def test_many_differences_of_a_text_are_shortened_too():
    lines = [f"第{number}行的文字，共有二十个字左右，此处不同" for number in range(500)]
    new = [line.replace("不同", "另作") for line in lines]
    (difference,) = compare_rows(table_of(Policy), {"body": "\n".join(lines)}, {"body": "\n".join(new)})
    assert difference.is_shortened
    assert sum(len(one.text) for one in difference.old_segments) < LONGEST_TEXT + LONGEST_CHANGED + 10


def test_of_many_citations_that_differ_the_first_are_shown():
    new = {"citations": [cited(f"s{number:03}") for number in range(300)]}
    (difference,) = compare_rows(table_of(Policy), {"citations": []}, new)
    assert (len(difference.parts), len(difference.all_parts)) == (MAX_PARTS, 300)
    assert difference.is_shortened


def test_comparing_many_citations_takes_the_queries_of_few(django_assert_max_num_queries):
    for number in range(30):
        make_source(slug=f"s{number:02}")
    old = {"citations": [cited(f"s{number:02}", remark="旧") for number in range(30)]}
    new = {"citations": [cited(f"s{number:02}", remark="新") for number in range(30)] + [cited("gone")]}
    with django_assert_max_num_queries(4):
        (difference,) = compare_revisions(table_of(Policy), old, new, present=old)
        assert all(part.heading and part.cells for part in difference.all_parts if part.old_row)


def test_nested_records_that_changed_are_counted():
    old = [cited("a"), cited("b"), cited("c", remark="旧")]
    new = [cited("a"), cited("c", remark="新"), cited("d"), cited("e")]
    assert count_changed_parts(TABLES["citations"], old, new) == (2, 1, 1)
