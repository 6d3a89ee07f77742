"""What the rows of a history say: the fields that changed, and how many nested records."""

import pytest

from tests import factories as make
from tests.editing.entries import renamed, revision_with, whole
from timeline.admin.history_rows import chosen_rows, history_rows
from timeline.editing.revisions import table_of_record
from timeline.models import Revision

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def changes_of(entry):
    newest_first = [*Revision.objects.for_record(entry).order_by("-number")]
    return [[*row.changes] for row in history_rows(table_of_record(entry), newest_first)]


def test_fields_are_named_and_nested_records_counted():
    entry, user = make.make_milestone(), make.make_user()
    make.make_citation(entry, locator="¶1")
    row = whole(entry)
    (citation,) = row["citations"]
    revision_with(entry, row, user)
    changed = [citation | {"remark": "注"}, citation | {"locator": "¶2", "source": "other"}]
    revision_with(entry, row | {"title": "新", "citations": changed}, user)
    revision_with(entry, row | {"title": "新", "citations": []}, user)
    assert changes_of(entry) == [["citation (2 removed)"], ["title", "citation (1 added, 1 changed)"], []]


def test_a_column_that_was_added_later_and_a_record_that_was_renamed_are_no_changes():
    topic = make.make_topic(slug="old")
    entry, user = make.make_milestone(topics=[topic]), make.make_user()
    row = whole(entry)
    revision_with(entry, {name: cell for name, cell in row.items() if name != "short_title"}, user)
    renamed(topic, "new")
    revision_with(entry, whole(entry) | {"short_title": "短"}, user)
    assert changes_of(entry) == [[], []]


def test_a_page_continues_with_the_revisions_before_it():
    entry, user = make.make_milestone(title="一"), make.make_user()
    for title in ("一", "二", "三"):
        revision_with(entry, whole(entry) | {"title": title}, user)
    newest = Revision.objects.for_record(entry).order_by("-number")[:1]
    (row,) = history_rows(table_of_record(entry), [*newest])
    assert (row.former_number, row.changes) == (2, ["title"])
    assert history_rows(table_of_record(entry), []) == []


def test_chosen_revisions_that_a_page_shows_are_not_listed_twice():
    entry, user = make.make_milestone(), make.make_user()
    for _number in range(3):
        revision_with(entry, whole(entry), user)
    first, second, third = Revision.objects.for_record(entry).by_number()
    (row,) = chosen_rows(entry, [1, 3, 99], [third, second])
    assert (row.revision, row.is_chosen) == (first, True)
