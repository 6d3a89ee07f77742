"""The form of a mapping: its sheets, switches and citation, and another table or header than it was shown with."""

import dataclasses

import pytest
from django.http import QueryDict

from tests import factories as make
from tests.files import xlsx_file
from tests.foreign_tables import HEADER, policies, proposed
from timeline.admin.mapping_form import SOURCE, MappingForm
from timeline.exchange.mapping.mapping import THIS_FILE
from timeline.exchange.readers.sources import Upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def proposal():
    return proposed(policies(["甲办法", "—", "2016"], ["乙办法", "", "2017"]))


def posted(form):
    """Return what a browser submits of a form as it is shown."""
    data = QueryDict(mutable=True)
    for bound in (field for one in (form, *form.sheets) for field in one):
        value = bound.value()
        if value not in (None, "", False):
            data[bound.html_name] = "on" if value is True else str(value)
    return data


def submitted(proposal, mapping=None, **changed):
    mapping = mapping or proposal.mapping
    data = posted(MappingForm(proposal, mapping, "政策.csv"))
    for name, value in changed.items():
        data[name.replace("__", "-")] = value
    return MappingForm(proposal, mapping, "政策.csv", data)


def test_a_form_that_is_submitted_unchanged_is_its_mapping(proposal):
    form = submitted(proposal)
    assert form.is_valid()
    mapping = form.changed_mapping()
    assert {*mapping.sheets[0].columns} == {*proposal.mapping.sheets[0].columns}
    assert dataclasses.replace(mapping, sheets=()) == dataclasses.replace(proposal.mapping, sheets=())


def test_what_all_rows_cite_is_this_file_or_a_source(proposal):
    source = make.make_source(slug="daily")
    form = submitted(proposal, cites=THIS_FILE)
    assert form.is_valid()
    assert form.changed_mapping().source == THIS_FILE
    form = submitted(proposal, cites=SOURCE, source=str(source.pk))
    assert form.is_valid()
    mapping = form.changed_mapping()
    assert mapping.source == "daily"
    shown = MappingForm(proposal, mapping, "政策.csv")
    assert (shown["cites"].value(), shown["source"].value()) == (SOURCE, source.pk)


def test_the_file_is_the_source_with_its_title_unless_somebody_chooses_otherwise(proposal):
    form = MappingForm(proposal, proposal.mapping, "政策.csv")
    assert (form["cites"].value(), form["source_title"].value()) == (THIS_FILE, "政策")
    form = submitted(proposal, cites="")
    assert form.is_valid()
    assert form.changed_mapping().source == ""
    form = submitted(proposal, source_title="市府办的汇总")
    assert form.is_valid()
    assert form.changed_mapping().source_title == "市府办的汇总"


def test_another_table_has_another_proposal_of_what_rows_cite(proposal):
    form = submitted(proposal, **{"sheet-0-table": "topics"})
    assert form.is_reshaped
    assert form["cites"].value() == ""
    # What somebody chose stays.
    assert submitted(proposal, **{"sheet-0-table": "topics", "cites": SOURCE})["cites"].value() == SOURCE
    assert submitted(proposal, **{"sheet-0-table": "milestones", "cites": ""})["cites"].value() == ""


def test_a_source_that_all_rows_cite_is_chosen(proposal):
    form = submitted(proposal, cites=SOURCE)
    assert not form.is_valid()
    assert "source" in form.errors


def test_a_switch_is_turned_off(proposal):
    data = posted(MappingForm(proposal, proposal.mapping, "政策.csv"))
    del data["reads_placeholders"]
    form = MappingForm(proposal, proposal.mapping, "政策.csv", data)
    assert form.is_valid()
    mapping = form.changed_mapping()
    assert (mapping.reads_placeholders, mapping.reads_dittos) == (False, True)


def test_each_switch_counts_its_cells(proposal):
    form = MappingForm(proposal, proposal.mapping, "政策.csv")
    assert [field.help_text for field in form.switch_fields()] == [
        "1 cell",
        "0 cells",
        "0 cells",
        "0 rows",
    ]


def test_the_switch_of_headings_names_them():
    file = policies(["一、市级文件"], ["甲通知", "", "2016"])
    proposal = proposed(file)
    form = MappingForm(proposal, proposal.mapping, "政策.csv")
    (*_of_cells, field) = form.switch_fields()
    assert field.help_text == "1 row: 2 “一、市级文件”"
    assert [line["mark_label"] for line in form.sheets[0].lines()] == ["header", "heading", "last row"]
    data = posted(form)
    del data["skips_sections"]
    form = MappingForm(proposal, proposal.mapping, "政策.csv", data)
    assert form.is_valid()
    assert not form.changed_mapping().skips_sections


def test_another_table_is_proposed_anew_and_keeps_what_was_typed(proposal):
    form = submitted(
        proposal, **{"sheet-0-table": "milestones", "sheet-0-column-1": "summary", "cites": THIS_FILE}
    )
    assert form.is_reshaped
    (sheet,) = form.sheets
    assert sheet.table.name == "milestones"
    assert (sheet["column-0"].value(), sheet["column-1"].value()) == ("title", "summary")
    assert form["cites"].value() == THIS_FILE
    assert not form.has_errors
    again = posted(form)
    form = MappingForm(proposal, proposal.mapping, "政策.csv", again)
    assert not form.is_reshaped
    assert form.is_valid()
    assert form.changed_mapping().sheets[0].table == "milestones"


def test_a_sheet_that_is_no_longer_read_is_left_out_at_once():
    file = Upload("多表.xlsx", xlsx_file(政策=[HEADER, ["甲通知"]], 大事=[["事件", "时间"], ["乙", "2017"]]))
    proposal = proposed(file)
    data = posted(MappingForm(proposal, proposal.mapping, "多表.xlsx"))
    data["sheet-1-table"] = ""
    form = MappingForm(proposal, proposal.mapping, "多表.xlsx", data)
    assert not form.is_reshaped
    assert form.is_valid()
    mapping = form.changed_mapping()
    assert [sheet.table for sheet in mapping.sheets] == ["policies"]
    assert [sheet.sheet for sheet in mapping.skipped] == ["大事"]
    again = MappingForm(proposal, mapping, "多表.xlsx")
    assert [sheet.table and sheet.table.name for sheet in again.sheets] == ["policies", None]


def test_another_header_is_proposed_anew(proposal):
    form = submitted(proposal, **{"sheet-0-header_line": "2"})
    assert form.is_reshaped
    form = MappingForm(proposal, proposal.mapping, "政策.csv", posted(form))
    assert [column.name for column, *_rest in form.sheets[0].column_fields()][0] == "甲办法"


def test_a_header_that_is_nowhere_is_an_error(proposal):
    form = submitted(proposal, **{"sheet-0-header_line": "99"})
    assert not form.is_reshaped
    assert not form.is_valid()
    assert "header_line" in form.sheets[0].errors


def test_a_sheet_that_is_not_imported_leaves_the_others():
    years = {"2015年": [HEADER, ["甲办法", "", "2015"]], "2016年": [HEADER, ["乙办法", "", "2016"]]}
    book = xlsx_file(**years)
    proposal = proposed(Upload("政策.xlsx", book))
    form = submitted(proposal, **{"sheet-0-table": ""})
    assert not form.is_reshaped
    assert form.is_valid()
    assert [sheet.sheet for sheet in form.changed_mapping().sheets] == ["2016年"]


def test_at_least_one_sheet_is_imported(proposal):
    form = submitted(proposal, **{"sheet-0-table": ""})
    form = MappingForm(proposal, proposal.mapping, "政策.csv", posted(form))
    assert not form.is_valid()
    assert form.non_field_errors()


@pytest.mark.parametrize("table", ["nonsense", "\x00"])
def test_a_table_that_is_none_is_an_error(proposal, table):
    assert not submitted(proposal, **{"sheet-0-table": table}).is_valid()


def test_a_form_without_any_field_is_no_error_of_the_server(proposal):
    form = MappingForm(proposal, proposal.mapping, "政策.csv", QueryDict("apply=1"))
    assert not form.is_valid()
