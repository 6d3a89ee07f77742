"""Uploads between preview and import: what is stored, imported and refused."""

import pytest
from django.core.exceptions import ValidationError

from tests import factories as make
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.prepared_imports import carry_out, prepare, problems
from timeline.exchange.readers.sources import Upload
from timeline.models import Milestone, PreparedImport

pytestmark = pytest.mark.django_db

OPTIONS = {"encoding": None, "clear_empty": False, "publish": False, "comment": ""}
GOOD = "slug,title\na,甲\n".encode()
WRONG = "slug,title,date\na,甲,2013-13\n".encode()


def prepared_of(content):
    """Prepare the content, and return it as another server reads it."""
    prepare("milestones.csv", content, OPTIONS, by=make.make_user())
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
