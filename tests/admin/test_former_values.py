"""What addresses take from revisions, and what pages say of it."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from tests import factories as make
from tests.editing.entries import revision_with, whole
from timeline.admin.former_values import (
    MAX_NAMED,
    chosen_values,
    describe_losses,
    describe_taken,
    doubly_chosen,
    form_url,
    loss_message,
)
from timeline.editing.answers import Saved
from timeline.editing.restoring import ChosenValue, preview_restoration, take_values
from timeline.models import Milestone
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_an_address_takes_revisions_columns_and_nested_records():
    digest = "0123456789abcdef0123"
    request = RequestFactory().get("/", {"take": ["3", "4.title", f"5.citations.{digest}"]})
    assert chosen_values(request) == [
        ChosenValue(3),
        ChosenValue(4, "title"),
        ChosenValue(5, "citations", digest),
    ]
    assert form_url(Milestone, 7, 3).endswith("/7/change/?take=3")


@pytest.mark.parametrize("text", ["", "x", "3.", "3.title.", "3.title.xyz", "-1", "3.Title", "٣"])
def test_what_takes_nothing_is_not_found(text):
    with pytest.raises(Http404):
        chosen_values(RequestFactory().get("/", {"take": text}))


def test_two_revisions_of_one_column_are_chosen_twice():
    assert doubly_chosen([ChosenValue(5, "title"), ChosenValue(3, "title")]) == (3, 5)
    assert doubly_chosen([ChosenValue(5, "title"), ChosenValue(3, "date")]) is None
    assert doubly_chosen([ChosenValue(5, "citations", "a"), ChosenValue(3, "citations", "b")]) is None


@pytest.mark.parametrize("order", [1, -1])
def test_a_whole_revision_has_a_value_for_each_column(order):
    assert doubly_chosen([ChosenValue(1), ChosenValue(2, "title")][::order]) == (1, 2)
    assert doubly_chosen([ChosenValue(1), ChosenValue(1, "title")][::order]) is None


def test_losses_are_named_by_field_and_bounded():
    entry = make.make_milestone()
    topics = [f"gone-{number:02}" for number in range(MAX_NAMED + 5)]
    citation = {"source": "lost", "locator": "¶7", "number": 1}
    row = whole(entry) | {"topics": topics, "citations": [citation], "date": "2013-99"}
    revision = revision_with(entry, row, make.make_user())
    restoration = preview_restoration(revision)
    table = table_of(Milestone)
    losses = describe_losses(table, restoration)
    (_topics, citations) = losses["left_out"]
    assert citations == ("citation", ["lost · ¶7"], 0)
    assert [one[:2] for one in losses["unsavable"]] == [("id_date", "date")]
    message = loss_message(table, Saved(entry, left_out=restoration.left_out), entry.slug)
    assert "lost · ¶7" in message
    assert loss_message(table, Saved(entry), entry.slug) == ""
    assert entry.slug in loss_message(table, Saved(entry), "former")


def test_the_proposed_comment_names_fields_and_revisions():
    entry = make.make_milestone()
    revision = revision_with(entry, whole(entry) | {"title": "昔"}, make.make_user())
    table = table_of(Milestone)
    for choice, named in ((ChosenValue(1, "title"), "title"), (ChosenValue(1), "everything")):
        taken = take_values(table, entry.pk, whole(entry), {1: revision}, [choice])
        assert describe_taken(table, taken, [choice]) == f"From revision 1: {named}"
