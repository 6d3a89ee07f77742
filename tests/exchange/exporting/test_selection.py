"""A whole chronicle goes out: in every form it is read back exactly, the same bytes each time, to each what they may see."""

import copy
import json
import tempfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import load_workbook

from tests import factories as make
from tests.exports import FORMS, exported, forms, rows_in_database, rows_in_file
from tests.files import contents, read_all
from tests.world import add_entries
from timeline.exchange.exporting import (
    CannotExport,
    export,
    open_export,
    published,
)
from timeline.models import Entry, Policy
from timeline.rows import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HIDDEN = ("draft", "review", "scheduled", "withdrawn")


@pytest.fixture(scope="module")
def hidden(kept_world):
    """Beside what is public in the world, entries of every kind in each other status; by status, the policy first."""
    return {
        status: add_entries(copy.deepcopy(kept_world), f"未公开 {status}：", status=status)
        for status in HIDDEN
    }


@forms
def test_what_was_written_is_read_back(form, tmp_path, hidden):
    assert rows_in_file(exported(tmp_path, form)) == rows_in_database()


@forms
def test_the_same_database_gives_the_same_bytes(form, tmp_path, hidden):
    first = contents(exported(tmp_path, form))
    assert first == contents(exported(tmp_path, form))
    with translation.override("zh-hans"):
        assert first == contents(exported(tmp_path, form))


def test_json_has_every_column_of_every_row(tmp_path, hidden):
    content = json.loads(exported(tmp_path, "JSON").read_text(encoding="utf-8"))
    assert list(content) == [table.name for table in TABLES.values() if not table.within]
    for name, rows in content.items():
        expected = {*TABLES[name].columns, *TABLES[name].nested}
        if issubclass(TABLES[name].model, Entry):
            expected.add("status")
        assert all(set(row) == expected for row in rows)


def test_a_workbook_has_a_sheet_for_each_table_of_text_under_a_frozen_header(tmp_path, hidden):
    workbook = load_workbook(exported(tmp_path, "XLSX"))
    assert workbook.sheetnames == sorted(TABLES, key=lambda name: (bool(TABLES[name].within), list(TABLES).index(name)))  # fmt: skip
    for sheet in workbook:
        cells = [cell for row in sheet for cell in row if cell.value is not None]
        assert sheet.freeze_panes == "A2"
        assert {(cell.data_type, cell.number_format) for cell in cells} == {("s", "@")}


@forms
def test_a_queryset_goes_out_with_the_parts_of_its_records_alone(form, tmp_path, hidden):
    policies = hidden["draft"][:1]
    rows, _ = read_all(exported(tmp_path, form, Policy.objects.filter(pk=policies[0].pk)))
    assert {row.table.name: row.cells.get("slug", policies[0].slug) for row in rows} == dict.fromkeys(
        ("policies", "citations", "relations"), policies[0].slug
    )
    owners = {row.cells[row.table.within] for row in rows if row.table.within}
    assert owners == {policies[0].slug}


@forms
def test_the_public_sees_what_is_published_and_nothing_of_the_rest(form, tmp_path, world, hidden):
    origin = Policy.objects.get(pk=world.origin.pk)
    hidden = {*Entry.objects.exclude(pk__in=Entry.objects.published()).values_list("slug", flat=True)}
    path = exported(tmp_path, form, visible=published, has_status=False)
    rows, _ = read_all(path)
    assert {row.cells["slug"] for row in rows if issubclass(row.table.model, Entry)} == {
        *Entry.objects.published().values_list("slug", flat=True)
    }
    said = str([row.cells for row in rows])
    assert "未公开" not in said
    assert origin.slug in said
    named = {cell for row in rows for value in row.cells.values() for cell in (value if isinstance(value, list) else str(value).split("; "))}  # fmt: skip
    assert named.isdisjoint(hidden)
    assert path.is_dir() or not any(
        slug.encode() in path.read_bytes() for slug in hidden if "zip" not in form
    )


def test_an_export_asks_as_often_for_many_records_as_for_few(tmp_path, world):
    def asked(form):
        with CaptureQueriesContext(connection) as found:
            exported(tmp_path, form)
        return len(found)

    few = {form: asked(form) for form in FORMS}
    for number in range(3):
        add_entries(world, str(number))
    assert {form: asked(form) for form in FORMS} == few


def test_one_file_of_csv_is_one_table_without_its_parts(tmp_path, world):
    make.make_citation(make.make_policy(), source=world.source)
    export(["policies"], tmp_path / "policies.csv", "csv")
    assert {name for name, _cells in rows_in_file(tmp_path / "policies.csv")} == {"policies"}
    with pytest.raises(CannotExport, match="one table"):
        export(["policies", "goals"], tmp_path / "two.csv", "csv")
    assert not (tmp_path / "two.csv").exists()


def test_an_opened_export_leaves_no_file_behind(tmp_path, monkeypatch, world):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with open_export(None, ".json", "json") as file:
        assert [*tmp_path.iterdir()] == []
        assert json.load(file)
