"""The boxes of a checklist in a form."""

import pytest
from django.http import QueryDict

from tests import factories as make
from timeline.admin.checklist_form import ConfirmedField, box_of_all
from timeline.admin.publication_form import PublicationForm
from timeline.editing.checklist import checklist_of
from timeline.workflow import TransitionFields

pytestmark = [pytest.mark.django_db, pytest.mark.checklist]


def form_of(record, query=None):
    data = None if query is None else QueryDict(query)
    return PublicationForm(checklist_of(record), TransitionFields.NOTE_AND_TIME, data)


def test_a_warning_that_is_left_is_marked(settings):
    settings.SKIPPED_CHECKS = ["summary", "english"]
    form = form_of(make.make_milestone(), "confirm=date")
    assert not form.is_valid()
    marks = [(one["value"], one["is_ticked"], one["is_left"]) for one in form.warnings]
    assert marks == [("date", True, False), ("phase", False, True)]


@pytest.mark.parametrize(
    ("names", "ticked", "expected"),
    [
        (["date"], [], None),
        (["date", "phase"], ["date"], {"value": "date,phase", "count": 2, "is_ticked": False}),
        (["date", "phase"], ["phase", "date"], {"value": "date,phase", "count": 2, "is_ticked": True}),
    ],
)
def test_from_two_warnings_on_one_box_confirms_all(names, ticked, expected):
    assert box_of_all(names, ticked) == expected


def test_the_box_of_all_stands_for_the_single_ones():
    data = QueryDict("confirm=date,topic:zhi-hui:english&confirm=date&confirm=phase")
    found = ConfirmedField.widget().value_from_datadict(data, {}, "confirm")
    assert found == ["date", "topic:zhi-hui:english", "phase"]


def test_the_box_of_all_confirms_only_what_it_lists(settings):
    settings.SKIPPED_CHECKS = ["summary", "english"]
    record = make.make_milestone()
    assert form_of(record, "confirm=date,phase").is_valid()
    assert not form_of(record, "confirm=date,gone").is_valid()


def test_a_clear_checklist_has_no_open_points(settings):
    record = make.make_milestone()
    make.make_citation(record, locator="¶1")
    settings.SKIPPED_CHECKS = []
    assert form_of(record).open_points == len(form_of(record).warnings) > 0
    settings.SKIPPED_CHECKS = [one.name for one in checklist_of(record).warnings]
    assert form_of(record).open_points == 0


def test_a_sentence_that_has_become_another_is_not_confirmed(settings):
    record = make.make_milestone(date="2020")
    source = make.make_source(title="网页", url="https://example.org/1")
    make.make_citation(record, source=source)
    (shown,) = [one["value"] for one in form_of(record).warnings if "网页" in str(one["message"])]
    others = [one["value"] for one in form_of(record).warnings if one["value"] != shown]
    sent = "&".join(f"confirm={value}" for value in [shown, *others])
    assert form_of(record, sent).is_valid()
    source.title = "另一网页"
    source.save()
    form = form_of(record, sent)
    assert not form.is_valid()
    assert [
        (one["is_ticked"], one["is_left"]) for one in form.warnings if "另一网页" in str(one["message"])
    ] == [(False, True)]
