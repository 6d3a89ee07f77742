"""Open forms: others see who edits the same, since when, and what was saved meanwhile; one row, one write for each report."""

import datetime

import pytest
from django.utils import timezone

from tests.editing.entries import whole
from tests.factories import make_milestone, make_topic, make_user
from timeline.editing.open_forms import report_open_form, saved_since
from timeline.editing.revisions import latest_revision_number, record_revision
from timeline.editing.working_copies import save_working_copy
from timeline.models import OpenForm
from timeline.models.content_version import read

pytestmark = pytest.mark.django_db


def shift(**delta):
    """As if so much time had passed since all reports."""
    for form in OpenForm.objects.all():
        past = datetime.timedelta(**delta)
        OpenForm.objects.filter(pk=form.pk).update(
            seen_at=form.seen_at - past, opened_at=form.opened_at - past
        )


def test_each_sees_the_others_and_since_when():
    record, first, second = make_topic(), make_user(), make_user()
    assert report_open_form(record, first) == []
    (seen,) = report_open_form(record, second)
    assert seen.user == first
    assert [one.user for one in report_open_form(record, first)] == [second]
    assert report_open_form(make_topic(), second) == []


def test_who_leaves_without_a_word_is_gone_after_40_seconds():
    record, first, second = make_topic(), make_user(), make_user()
    report_open_form(record, first)
    shift(seconds=35)
    assert [one.user for one in report_open_form(record, second)] == [first]
    shift(seconds=10)
    assert report_open_form(record, second) == []
    # Who comes back has it open since then.
    report_open_form(record, first)
    assert OpenForm.objects.get(user=first).opened_at > timezone.now() - datetime.timedelta(seconds=30)


def test_a_report_writes_one_row_and_those_of_others_who_left_go():
    record, user = make_topic(), make_user()
    for _number in range(3):
        report_open_form(record, user)
        shift(seconds=25)
    assert OpenForm.objects.count() == 1
    shift(hours=2)
    report_open_form(make_topic(), make_user())
    assert OpenForm.objects.count() == 1


def test_a_report_costs_two_queries_and_changes_no_page(django_assert_num_queries):
    record, user = make_topic(), make_user()
    report_open_form(record, user)
    version = read().number
    with django_assert_num_queries(2):
        report_open_form(record, user)
    assert read().number == version


def test_what_was_saved_since_is_named_also_what_one_saved_oneself_on_another_page():
    record, first, second = make_milestone(published=True), make_user(), make_user()
    record_revision(record, by=first)
    seen = latest_revision_number(record)
    assert saved_since(record, seen) is None
    save_working_copy(record, whole(record) | {"title": "改"}, by=second)
    assert saved_since(record, seen).created_by == second
    save_working_copy(record, whole(record) | {"title": "再改"}, by=first)
    assert saved_since(record, seen).created_by == first
