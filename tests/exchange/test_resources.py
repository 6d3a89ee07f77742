"""Resources of django-import-export: its Dataset and Result, with our columns, messages and guarantees."""

import pytest
from import_export.exceptions import ImportError as RowImportError
from import_export.results import RowResult
from tablib import Dataset

from tests import factories as make
from tests.factories import everything
from timeline.editing.working_copies import find_working_copy
from timeline.exchange.exporting.selection import published
from timeline.exchange.resources import (
    CitationResource,
    MilestoneResource,
    PolicyRelationResource,
    PolicyResource,
    SourceResource,
    ValueWidget,
)
from timeline.models import Citation, Milestone, Policy, PolicyRelation, Revision
from timeline.rows.tables import TABLES
from timeline.values.document_numbers import DocumentNumber
from timeline.values.partial_date import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NEW, UPDATE, SKIP = RowResult.IMPORT_TYPE_NEW, RowResult.IMPORT_TYPE_UPDATE, RowResult.IMPORT_TYPE_SKIP
DELETE, INVALID = RowResult.IMPORT_TYPE_DELETE, RowResult.IMPORT_TYPE_INVALID


def dataset(*rows, headers=("slug", "title", "date")):
    return Dataset(*rows, headers=headers)


def types(result):
    return [row.import_type for row in result]


def totals(result):
    return {name: count for name, count in result.totals.items() if count}


# --- export


def test_the_records_of_a_queryset_with_some_of_their_columns():
    make.make_milestone(slug="a", title="甲")
    make.make_milestone(slug="b", title="乙")
    found = MilestoneResource().export(Milestone.objects.filter(slug="b"), export_fields=["slug", "title"])
    assert (found.headers, [*found]) == (["slug", "title"], [("b", "乙")])


def test_the_parts_of_a_queryset():
    entry = make.make_milestone(slug="a")
    for locator in ("1", "2"):
        make.make_citation(entry, source=make.make_source(slug=f"s{locator}"), locator=locator)
    found = CitationResource().export(Citation.objects.filter(locator="2"))
    assert found["source"] == ["s2"]


def test_what_may_not_be_read_is_not_named():
    draft = make.make_policy(slug="draft")
    public = make.make_policy(slug="public", published=True)
    PolicyRelation.objects.create(from_policy=public, type="implements", to_policy=draft)
    assert PolicyResource(visible=published).export()["slug"] == ["public"]
    assert PolicyRelationResource(visible=published).export().height == 0
    assert PolicyRelationResource().export()["to"] == ["draft"]


# --- import


def test_new_and_changed_and_unchanged_rows_are_told_apart():
    make.make_milestone(slug="a", title="甲", date="2013")
    make.make_milestone(slug="b", title="乙", date="2014")
    user = make.make_user()
    result = MilestoneResource().import_data(
        dataset(("a", "甲", "2013-01"), ("b", "乙", "2014"), ("c", "丙", "2015")), user=user, comment="补录"
    )
    assert types(result) == [UPDATE, SKIP, NEW]
    assert (totals(result), result.total_rows) == ({NEW: 1, UPDATE: 1, SKIP: 1}, 3)
    assert [row.object_repr for row in result] == ["甲", "乙", "丙"]
    records = {entry.slug: entry for entry in Milestone.objects.all()}
    assert [row.instance for row in result] == [records[slug] for slug in "abc"]
    assert [row.object_id for row in result] == [records[slug].pk for slug in "abc"]
    assert (str(records["a"].date), records["c"].status) == ("2013-01", "draft")
    assert (result.report.batch.created_by, result.report.batch.note) == (user, "补录")
    assert Revision.objects.filter(batch=result.report.batch).count() == 2


def test_a_difference_is_html_of_old_and_new_column_by_column():
    make.make_milestone(slug="a", title="甲&乙", date="2013")
    result = MilestoneResource().import_data(dataset(("a", "甲&乙", "2013-01"), ("b", "乙", "2014")))
    old, new = (dict(zip(result.diff_headers, row.diff, strict=True)) for row in result)
    assert "<ins" in old["date"]
    assert "-01" in old["date"]
    assert "<ins" not in old["title"]
    assert "甲&amp;乙" in old["title"]
    assert "<ins" in new["title"]
    assert new["body"] == ""


def test_a_dry_run_writes_nothing_and_says_the_same():
    make.make_milestone(slug="a", title="甲", date="2013")
    rows = dataset(("a", "改题", ""), ("b", "乙", "2014"))
    user = make.make_user()
    before = everything()
    preview = MilestoneResource().import_data(rows, dry_run=True, user=user)
    assert everything() == before
    assert [row.object_repr for row in preview] == ["甲", "乙"]
    result = MilestoneResource().import_data(rows, user=user)
    assert (types(preview), [row.diff for row in preview]) == (types(result), [row.diff for row in result])


def test_an_invalid_row_is_named_with_its_column_and_nothing_is_imported():
    before = everything()
    rows = dataset(("a", "甲", "2013"), ("", "", ""), ("b", "", "2013年十三月"), ("a", "又", "2014"))
    result = MilestoneResource().import_data(rows, collect_failed_rows=True)
    assert everything() == before
    assert types(result) == [NEW, SKIP, INVALID, INVALID]
    assert (result.has_errors(), result.has_validation_errors()) == (False, True)
    first, second = result.invalid_rows
    assert (first.number, {*first.field_specific_errors}) == (3, {"title", "date"})
    assert "2013-01" in first.field_specific_errors["date"][0]
    assert dict(zip(result.diff_headers, first.values, strict=True))["slug"] == "b"
    assert (second.number, second.error_count) == (4, 1)
    assert result.failed_dataset["slug"] == ["b", "a"]
    assert "2013-01" in result.failed_dataset["Error"][0]


def test_the_first_error_is_raised_on_request():
    with pytest.raises(RowImportError) as raised:
        MilestoneResource().import_data(dataset(("a", "甲", "2013"), ("b", "", "")), raise_errors=True)
    assert raised.value.number == 2
    assert "title" in raised.value.error.message_dict
    assert not Milestone.objects.exists()


def test_what_concerns_no_row_is_an_error_of_the_whole():
    rows = Dataset(("甲",), headers=("title",))
    result = MilestoneResource().import_data(rows)
    assert result.has_errors()
    assert "slug" in str(result.base_errors[0].error)
    with pytest.raises(RowImportError):
        MilestoneResource().import_data(rows, raise_errors=True)


def test_headers_in_chinese_and_cells_of_other_types_than_text():
    make.make_organization(slug="board", title="市委")
    rows = Dataset(headers=("网址标识", "题名", "文种", "暂行", "发文机关", "日期"))
    rows.append(("a", "甲", "决定", False, "board", 2013))
    rows.append(("b", "=乙", "plan", True, None, None))
    result = PolicyResource().import_data(rows)
    assert types(result) == [NEW, NEW]
    first, second = Policy.objects.order_by("slug")
    assert (first.document_type, str(first.date), first.issuers.get().slug) == ("decision", "2013", "board")
    assert (second.title, second.provisional) == ("=乙", True)


def test_an_empty_cell_clears_on_request_only():
    make.make_milestone(slug="a", title="甲", date="2013")
    rows = dataset(("a", "甲", ""))
    assert types(MilestoneResource().import_data(rows)) == [SKIP]
    assert types(MilestoneResource().import_data(rows, clear_empty=True)) == [UPDATE]
    assert Milestone.objects.get().date is None


def test_what_is_public_gets_a_working_copy_unless_the_import_publishes():
    entry = make.make_milestone(slug="a", title="公开的", date="2013", published=True)
    rows = dataset(("a", "更正的", "2013"))
    assert types(MilestoneResource().import_data(rows, user=make.make_user())) == [UPDATE]
    assert Milestone.objects.get().title == "公开的"
    assert find_working_copy(entry).content["title"] == "更正的"
    MilestoneResource().import_data(rows, user=make.make_editor(), publish=True)
    assert Milestone.objects.get().title == "更正的"


def test_a_part_is_deleted_by_its_row():
    entry = make.make_milestone(slug="a")
    make.make_citation(entry, source=make.make_source(slug="s"), locator="1")
    rows = Dataset(("a", "s", "1", "yes"), headers=("entry", "source", "locator", "delete"))
    assert types(CitationResource().import_data(rows)) == [DELETE]
    assert not Citation.objects.exists()


def test_a_dataset_that_tablib_loads_from_a_file():
    rows = Dataset().load("slug,title\ns,日报\n", "csv")
    assert types(SourceResource().import_data(rows)) == [NEW]


# --- widgets


def test_widgets_read_and_write_a_date_and_a_document_number():
    columns = TABLES["policies"].columns
    date, number = ValueWidget(columns["date"]), ValueWidget(columns["document_number"])
    assert date.clean("2013年1月") == PartialDate.parse("2013-01")
    assert date.render(PartialDate.parse("2011/2015")) == "2011/2015"
    assert number.clean("甬党[2010]14号") == DocumentNumber("甬党", 2010, 14)
    assert number.render(DocumentNumber("甬党", 2010, 14)) == "甬党〔2010〕14号"
    assert [widget.clean(empty) for widget in (date, number) for empty in (None, "")] == [None] * 4
    assert (date.render(None), number.render(None)) == ("", "")
    with pytest.raises(ValueError, match="January or October"):
        date.clean("2016.1")
    with pytest.raises(ValueError, match="stands for no document number"):
        number.clean("无")
    assert date.render(date.clean("2015年底")) == "2015（2015年底）"


def test_a_field_reads_and_writes_a_column_of_a_record():
    policy = make.make_policy(date="2013", issuers=[make.make_organization(slug=slug) for slug in "ab"])
    fields = PolicyResource().fields
    assert [fields[name].export(policy) for name in ("slug", "date", "issuers", "phase")] == [
        policy.slug, "2013", "a; b", "",
    ]  # fmt: skip
    assert fields["date"].clean({"date": "2013-01"}) == PartialDate.parse("2013-01")
    assert {organization.slug for organization in fields["issuers"].clean({"issuers": "a; b"})} == {"a", "b"}
