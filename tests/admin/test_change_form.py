"""The form of a record: over the state that it was opened on, and what of its parts it does not show."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.forms import address, address_of, fields_of, opened, save
from tests.world import add_entries, make_world, revised
from timeline.admin.change_form import REOPEN_FIELD
from timeline.editing.revisions import record_revision
from timeline.editing.saving import editable_row
from timeline.editing.working_copies import save_working_copy
from timeline.models import Milestone, Revision
from timeline.rows.tables import TABLES, table_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["draft", "published", "revised"])
def test_a_form_that_is_sent_as_it_was_opened_describes_the_row_that_it_was_opened_on(editor_client, state):
    world = make_world()
    records = [*world.references.values()]
    records += add_entries(world, "甲", status="draft" if state == "draft" else "published")
    policy = records[len(world.references)]
    if state == "revised":
        for entry in records[len(world.references) :]:
            save_working_copy(entry, revised(entry, world, policy), by=world.user)
    else:
        for entry in records[len(world.references) :]:
            record_revision(entry, by=world.user)
    before = Revision.objects.count()
    for record in records:
        table = table_of(type(record))
        row = editable_row(table, record)
        page = address_of("change", record)
        ticked = {name: "on" for name, cell in row.items() if cell is True}
        answer = editor_client.post(page, fields_of(editor_client.get(page).content.decode()) | ticked)
        assert answer.status_code == 302, record
        assert editable_row(table, record) == row
    assert Revision.objects.count() == before


def test_a_form_that_is_refused_writes_nothing_at_all(editor_client):
    entry = make.make_milestone(title="公开的", published=True)
    save_working_copy(entry, table_of(Milestone).whole_row_of(entry) | {"title": "修订"}, by=make.make_user())
    form = opened(editor_client, entry)
    with CaptureQueriesContext(connection) as captured:
        assert save(editor_client, entry, form, date="2013-13").status_code == 200
    written = [query["sql"] for query in captured if not query["sql"].startswith(("SELECT", "SAVEPOINT"))]
    assert [sql for sql in written if "timeline_" in sql] == []


@pytest.mark.django_db(transaction=True)
def test_a_form_that_is_opened_writes_nothing_and_locks_nothing(editor_client):
    """On SQLite, any transaction holds the lock of the database."""
    page = address_of("change", make.make_milestone(published=True))
    with CaptureQueriesContext(connection) as captured:
        assert editor_client.get(page).status_code == 200
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []


def test_a_part_that_exists_only_in_a_working_copy_is_changed_and_taken_out(editor_client):
    entry = make.make_milestone(published=True)
    row = table_of(Milestone).whole_row_of(entry)
    added = {"source": make.make_source(slug="zz").slug, "locator": "¶8", "number": 1}
    save_working_copy(entry, row | {"citations": [*row["citations"], added]}, by=make.make_user())
    form = opened(editor_client, entry)
    save(editor_client, entry, form, **{"citations-1-locator": "¶9"})
    assert opened(editor_client, entry)["citations-1-locator"] == "¶9"
    save(editor_client, entry, opened(editor_client, entry), **{"citations-1-DELETE": "on"})
    assert opened(editor_client, entry)["citations-INITIAL_FORMS"] == "1"


def test_two_parts_may_change_places(editor_client):
    entry, source = make.make_milestone(), make.make_source()
    for place in ("¶1", "¶2"):
        make.make_citation(entry, source=source, locator=place, quotation=f"原话{place}")
    form = opened(editor_client, entry)
    swapped = {
        "citations-0-locator": form["citations-1-locator"],
        "citations-1-locator": form["citations-0-locator"],
    }
    assert save(editor_client, entry, form, **swapped).status_code == 302
    assert {one.locator: one.quotation for one in entry.citations.all()} == {"¶1": "原话¶2", "¶2": "原话¶1"}


def test_parts_that_somebody_may_not_see_stay_as_they_are(client):
    user = make.make_user(is_staff=True)
    codes = ("view_milestone", "change_milestone")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    entry = make.make_milestone(title="原题")
    make.make_citation(entry, locator="¶1")
    form = opened(client, entry)
    assert "citations-0-locator" not in form
    assert save(client, entry, form, title="改题").status_code == 302
    assert (Milestone.objects.get().title, entry.citations.get().locator) == ("改题", "¶1")


def test_parts_that_somebody_may_only_see_stay_as_they_are_whatever_is_sent(client):
    user = make.make_user(is_staff=True)
    codes = ("view_milestone", "change_milestone", "view_citation")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    entry = make.make_milestone(title="原题")
    make.make_citation(entry, locator="¶1")
    form = opened(client, entry) | {"citations-0-id": "-1", "citations-0-locator": "¶2"}
    assert save(client, entry, form, title="改题").status_code == 302
    assert (Milestone.objects.get().title, entry.citations.get().locator) == ("改题", "¶1")


def test_the_first_date_brings_the_phase_and_a_phase_that_was_emptied_stays_empty(editor_client):
    phase = make.make_phase(period="2011/2015")
    entry = make.make_milestone()
    save(editor_client, entry, opened(editor_client, entry), date="2013")
    assert Milestone.objects.get().phase == phase
    form = opened(editor_client, entry)
    assert form.pop("phase") == [str(phase.pk)]
    save(editor_client, entry, form)
    save(editor_client, entry, opened(editor_client, entry), date="2014")
    assert Milestone.objects.get().phase is None


def test_a_new_entry_sent_twice_has_the_phase_of_its_date_once(editor_client):
    phase = make.make_phase(period="2011/2015")
    form = fields_of(editor_client.get(address("add")).content.decode()) | {"title": "题", "date": "2013"}
    for _time in range(2):
        assert editor_client.post(address("add"), form).status_code == 302
    assert Milestone.objects.get().phase == phase
    assert Revision.objects.count() == 1


def test_a_form_is_opened_again_on_its_own_state(editor_client):
    entry = make.make_milestone(title="原题")
    form = opened(editor_client, entry)
    save(editor_client, entry, form, title="对方的题")
    again = editor_client.post(address("change", entry.pk), form | {"title": "我的题", REOPEN_FIELD: "1"})
    assert again.status_code == 200
    assert fields_of(again.content.decode())["title"] == "原题"
    assert save(editor_client, entry, fields_of(again.content.decode()), title="我的题").status_code == 409
    assert Milestone.objects.get().title == "对方的题"


def test_a_change_stands_in_the_log_of_the_admin_and_a_working_copy_in_the_history_alone(editor_client):
    draft, public = make.make_milestone(), make.make_milestone(published=True)
    save(editor_client, draft, opened(editor_client, draft), title="改题")
    save(editor_client, public, opened(editor_client, public), title="改题")
    (line,) = LogEntry.objects.all()
    assert line.object_id == str(draft.pk)
    assert "Title" in line.get_change_message()


def test_a_record_that_is_not_there_leads_to_the_front_page(editor_client):
    for method in (editor_client.get, editor_client.post):
        assert method(address("change", 4711))["Location"] == reverse("admin:index")


def test_every_table_of_records_has_a_blank_row_that_a_form_can_be_opened_on():
    for table in TABLES.values():
        if not table.within:
            assert table.preview_as(4711, table.blank_row).pk == 4711
