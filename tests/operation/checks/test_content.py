"""Records that search does not find and rules that are violated are found."""

import pytest

from tests import factories as make
from timeline.models import SearchDocument
from timeline.operation.checks import content
from timeline.operation.checks.content import check_rules, check_search

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_a_sound_record_is_not_mentioned():
    make.make_citation(make.make_milestone())
    assert list(check_search()) == list(check_rules()) == []


def test_records_without_a_document_are_counted():
    make.make_milestone()
    SearchDocument.objects.all().delete()
    (finding,) = check_search()
    assert finding.problem.startswith("Search does not find 1 records")
    assert finding.remedy == "manage.py check_integrity --mend"


def test_violations_are_said_and_beyond_a_number_counted(monkeypatch):
    monkeypatch.setattr(content, "MAX_SENTENCES", 1)
    for _number in range(3):
        make.make_milestone()
    SearchDocument.objects.all().delete()
    first, rest = check_rules()
    assert "search document" in first.problem
    assert rest.problem == "2 more violations."
