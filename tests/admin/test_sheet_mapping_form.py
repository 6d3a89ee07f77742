"""The form of one sheet: from a mapping to fields and back, defaults, put-together columns, and what conflicts."""

import dataclasses

import pytest

from tests.foreign_tables import policies, proposed, table
from timeline.admin.sheet_mapping_form import SheetForm, column_choices, kept_values, values_of
from timeline.exchange.mapping.header_lines import SheetTop
from timeline.exchange.mapping.mapping import ColumnMapping
from timeline.exchange.mapping.proposals import propose_sheet
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HEADER = ["序号", "文件名称", "文号", "发文日期", "备注"]


@pytest.fixture
def proposal():
    (sheet,) = proposed(policies([1, "甲办法", "甬政发〔2016〕1号", "2016", "—"], header=HEADER)).sheets
    return sheet


def form_of(proposal, **changed):
    values = values_of(proposal.mapping, proposal) | {
        name.replace("__", "-"): value for name, value in changed.items()
    }
    return SheetForm(proposal, values, number=0, name="表", is_submitted=True)


def errors_of(form):
    return {name: " ".join(errors) for name, errors in form.errors.items()}


def test_a_proposal_that_is_taken_is_the_mapping(proposal):
    form = form_of(proposal)
    assert form.is_valid()
    mapping = form.mapping()
    assert (mapping.table, mapping.header) == ("policies", tuple(HEADER))
    assert {one.column: one.headers for one in mapping.columns} == {
        "title": ("文件名称",),
        "document_number": ("文号",),
        "issued": ("发文日期",),
    }
    # The next file of this shape may have more rows.
    assert (mapping.header_line, mapping.last_line) == (None, None)


def test_a_column_is_skipped_or_made_another(proposal):
    mapping = columns_of(form_of(proposal, **{"column-2": "", "column-4": "summary"}))
    assert mapping["summary"].headers == ("备注",)
    assert "document_number" not in mapping


def columns_of(form):
    assert form.is_valid(), form.errors
    return {one.column: one for one in form.mapping().columns}


def test_a_last_row_that_is_chosen_is_in_the_mapping():
    rows = [[number, f"办法{number}", "", "2016", ""] for number in range(9)]
    (sheet,) = proposed(policies(*rows, header=HEADER)).sheets
    form = form_of(sheet, last_line="5")
    assert form.is_valid()
    assert form.mapping().last_line == 5
    assert form.excerpt.last_line == 5


def test_columns_are_put_together_only_with_what_stands_between(proposal):
    form = form_of(proposal, **{"column-4": "title"})
    assert set(errors_of(form)) == {"column-4"}
    assert "separator-title" in form.fields
    columns = columns_of(form_of(proposal, **{"column-4": "title", "separator-title": "；"}))
    assert columns["title"] == ColumnMapping("title", ("文件名称", "备注"), "；")
    columns = columns_of(form_of(proposal, **{"column-4": "title", "separator-title": "nothing"}))
    assert columns["title"].separator == ""


def test_a_column_that_takes_one_value_is_not_put_together(proposal):
    form = form_of(
        proposal,
        **{"column-3": "document_type", "column-4": "document_type", "separator-document_type": "；"},
    )
    assert "takes one value" in errors_of(form)["column-4"]


def test_a_separator_of_a_mapping_stays(proposal):
    joined = ColumnMapping("title", ("文件名称", "备注"), " / ")
    mapping = dataclasses.replace(proposal.mapping, columns=(joined,))
    values = values_of(mapping, proposal)
    form = SheetForm(proposal, values, number=0, name="表", is_submitted=True)
    assert columns_of(form)["title"] == joined


def test_what_every_row_needs_and_the_sheet_lacks_gets_a_value(proposal):
    form = form_of(proposal)
    assert "as the title says" in str(form["default-document_type"])
    columns = columns_of(form_of(proposal, **{"default-document_type": "notice"}))
    assert columns["document_type"] == ColumnMapping("document_type", default="notice")


def test_another_column_gets_one_value_in_all_rows(proposal):
    columns = columns_of(form_of(proposal, more_column="issuers", more_value="市政府"))
    assert columns["issuers"] == ColumnMapping("issuers", default="市政府")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"more_column": "issuers"}, "more_value"),
        ({"more_value": "市政府"}, "more_column"),
        ({"more_column": "issued", "more_value": "2013-13"}, "more_value"),
        ({"last_line": "1"}, "last_line"),
        ({"header_line": "77"}, "header_line"),
        ({"header_line": "eins"}, "header_line"),
        ({"column-1": ""}, "table"),
        ({"column-1": "nonsense"}, "column-1"),
    ],
)
def test_what_cannot_be_is_an_error_of_its_field(proposal, given, field):
    assert field in errors_of(form_of(proposal, **given))


def test_a_sheet_is_skipped(proposal):
    nothing = dataclasses.replace(proposal, mapping=None, columns=())
    form = SheetForm(nothing, {"table": ""}, number=0, name="表", is_submitted=True)
    assert form.is_valid()
    assert form.mapping() is None
    assert [line["texts"][1] for line in form.lines()] == ["文件名称", "甲办法"]


def test_lines_are_marked():
    file = table(["汇总表"], HEADER, [1, "甲办法", "", "2016", ""], [2, "乙办法", "", "2016", ""], ["注：略"])
    (sheet,) = proposed(file).sheets
    marks = {line["number"]: line["mark"] for line in form_of(sheet).lines()}
    assert marks == {1: "left-out", 2: "header", 3: "", 4: "last", 5: "left-out"}


def test_all_lines_of_a_header_are_marked():
    lines = [["文件名称", "发文", ""], ["", "机关", "日期"], ["甲办法", "", "2016"]]
    (sheet,) = proposed(table(*lines)).sheets
    marks = {line["number"]: line["mark_label"] for line in form_of(sheet).lines()}
    assert marks == {1: "header", 2: "header", 3: "last row"}


def test_the_proposed_column_is_named_where_another_is_chosen(proposal):
    form = form_of(proposal, **{"column-2": "summary"})
    named = {column.name: label for column, _field, label in form.column_fields()}
    assert named["文号"] == str(TABLES["policies"].columns["document_number"].field.verbose_name)
    assert named["文件名称"] == ""


def test_of_another_table_only_what_was_chosen_stays(proposal):
    after = propose_sheet(SheetTop(proposal.grid), "政策.csv", is_only=True, table="milestones")
    values = values_of(proposal.mapping, proposal) | {"table": "milestones", "column-4": "summary"}
    kept = kept_values(values, proposal, after)
    assert kept["table"] == "milestones"
    assert (kept["column-1"], kept["column-2"], kept["column-4"]) == ("title", "", "summary")


def test_required_columns_are_recommended_first():
    _nothing, (_group, first), (_others, others) = column_choices(TABLES["policies"], "Skip")
    names = [name for name, _label in first]
    assert names[:2] == ["title", "document_type"]
    assert "issuers" in names
    assert "title_en" in dict(others)
    assert {*names, *dict(others)} == {*TABLES["policies"].columns}


def pilots():
    rows = (["试点名称", "试点城市", "批准时间"], ["国家智慧城市试点", "宁波市", "2013年1月"])
    (sheet,) = proposed(table(*rows, name="智慧城市试点一览表.csv")).sheets
    return sheet


def test_a_column_that_is_two_of_the_table_says_so_and_comes_back_as_chosen():
    proposal = pilots()
    form = form_of(proposal)
    assert form["column-0"].value() == "programme"
    assert form.fields["shares"].label == "“试点名称” is not only the programme, but also the title"
    columns = columns_of(form)
    assert columns["title"].headers == columns["programme"].headers == ("试点名称",)
    assert values_of(form.mapping(), proposal)["column-0"] == "programme"
    assert values_of(form.mapping(), proposal)["shares"] == "on"


def test_a_column_that_is_made_the_other_of_the_two_is_still_both_unless_somebody_takes_that_away():
    columns = columns_of(form_of(pilots(), **{"column-0": "title"}))
    assert columns["title"].headers == columns["programme"].headers == ("试点名称",)
    form = form_of(pilots(), shares="")
    assert errors_of(form) == {"table": "Choose which column is the title."}
    columns = columns_of(form_of(pilots(), **{"column-0": "title", "shares": "", "default-programme": "甲"}))
    assert (columns["programme"].headers, columns["programme"].default) == ((), "甲")


def test_a_table_that_is_made_one_of_pilots_is_proposed_with_one_column_for_both():
    before = dataclasses.replace(pilots(), mapping=None)
    assert kept_values({"table": "pilot_designations"}, before, pilots())["shares"] == "on"
    assert "shares" not in kept_values({"table": "pilot_designations"}, pilots(), pilots())


def test_a_sheet_without_a_title_says_so_before_it_is_submitted(proposal):
    values = values_of(proposal.mapping, proposal)

    def said(**changed):
        form = SheetForm(proposal, values | changed, number=0, name="表", is_submitted=False)
        return form.title_to_choose

    assert said() == ""
    assert said(**{"column-1": ""}) == "Choose which column is the title."
    # What is submitted has it as an error.
    assert form_of(proposal, column__1="").title_to_choose == ""
