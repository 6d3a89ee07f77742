"""Uploads between preview and import: what is stored, imported and refused."""

import pytest
from django.core.exceptions import ValidationError

from tests import factories as make
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.prepared_imports import carry_out, empty, prepare, problems, store_preview
from timeline.exchange.readers.sources import Upload
from timeline.models import Milestone, PreparedImport, PreviewedRow

pytestmark = pytest.mark.django_db

OPTIONS = {"encoding": None, "clear_empty": False, "publish": False, "comment": ""}
GOOD = "slug,title\na,甲\n".encode()
WRONG = "slug,title,date\na,甲,2013-13\n".encode()


def prepared_of(content):
    """Prepare the content, and return it as another server reads it."""
    store_preview(prepare("milestones.csv", content, OPTIONS, by=make.make_user()))
    return PreparedImport.objects.get()


def test_what_is_prepared_is_stored_and_not_imported():
    prepared = prepared_of(GOOD)
    assert prepared.outcome["counts"]["milestones"]["new"] == 1
    assert not Milestone.objects.exists()


def test_what_was_prepared_is_imported_by_whoever_prepared_it():
    prepared = prepared_of(GOOD)
    assert carry_out(prepared).created_by == prepared.created_by
    assert Milestone.objects.get().title == "甲"


def test_the_problems_are_those_of_the_import():
    prepared = prepared_of(WRONG)
    found = import_files([Upload("milestones.csv", WRONG)]).problems
    assert [problem.column for problem in found] == ["date"]
    assert problems(prepared) == found


def test_what_changed_since_the_preview_is_refused_with_a_new_preview():
    prepared = prepared_of(GOOD)
    make.make_milestone(slug="a", title="别人的")
    with pytest.raises(ValidationError):
        carry_out(prepared)
    assert PreparedImport.objects.get().outcome["counts"]["milestones"]["changed"] == 1
    assert Milestone.objects.get().title == "别人的"


def test_the_stored_report_does_not_grow_with_the_file():
    rows = "".join(f"m{number},第{number}件大事,2013-13\n" for number in range(600))
    prepared = prepared_of(f"slug,title,date\n{rows}".encode())
    assert prepared.outcome["problem_count"] == len(problems(prepared)) == 600
    assert len(prepared.outcome["problems"]) == 500


def test_a_stored_row_has_the_beginning_of_a_long_text():
    prepared = prepared_of(f"slug,title,body\na,甲,{'长' * 5000}\n".encode())
    (row,) = PreviewedRow.objects.of(prepared)
    assert {name: len(new) for name, _old, new in row.as_row()["columns"]}["body"] == 200


def test_an_emptied_upload_has_neither_its_file_nor_its_preview():
    prepared = prepared_of(GOOD)
    empty(prepared)
    assert bytes(PreparedImport.objects.get().content) == b""
    assert not PreviewedRow.objects.exists()
