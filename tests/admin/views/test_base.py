"""Additional admin pages of a record: access, methods, refusals."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests import factories as make
from tests.copies import make_revised
from tests.forms import address, fields_of
from timeline.editing.revisions import record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import save_working_copy
from timeline.models import Action, Milestone
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db

PAGES = ["preview", "working_copy", "publish_copy", "discard_copy"]


def test_a_page_around_a_record_is_for_those_who_may_see_the_record(editor_client, client):
    entry = make.make_milestone(published=True)
    save_working_copy(entry, {"title": "修订的"}, by=make.make_user())
    for page in PAGES:
        assert editor_client.get(address(page, entry.pk)).status_code == 200, page
    client.force_login(make.make_user(is_staff=True))
    for page in PAGES:
        assert client.get(address(page, entry.pk)).status_code == 403, page


@pytest.mark.parametrize("key", [0, 4711, 2**63, 10**30])
def test_around_a_record_that_is_not_there_is_no_page(editor_client, key):
    for page in PAGES:
        assert editor_client.get(address(page, key)).status_code == 404, page


def test_a_page_that_only_shows_something_answers_any_method(editor_client):
    entry = make.make_milestone(published=True)
    save_working_copy(entry, {"title": "修订的"}, by=make.make_user())
    for page in ("preview", "working_copy"):
        assert editor_client.post(address(page, entry.pk)).status_code == 200, page


def test_a_button_that_needs_a_right_of_its_own_is_for_those_who_have_it(client):
    entry = make.make_milestone(published=True)
    save_working_copy(entry, {"title": "修订的"}, by=make.make_user())
    editor = make.make_user(is_staff=True)
    editor.user_permissions.set(Permission.objects.filter(codename="view_milestone"))
    client.force_login(editor)
    # Without the first right, only its authors discard a working copy.
    for page, right in (("publish_copy", "publish_entry"), ("discard_copy", "change_milestone")):
        assert client.get(address("working_copy", entry.pk)).status_code == 200
        assert client.get(address(page, entry.pk)).status_code == 403
        assert client.post(address(page, entry.pk)).status_code == 403
        editor.user_permissions.add(Permission.objects.get(codename=right))
        assert client.get(address(page, entry.pk)).status_code == 200


def test_what_is_refused_leads_back_with_its_words_and_does_nothing(editor_client):
    entry = make.make_milestone(title="公开的", published=True)
    row = table_of(Milestone).whole_row_of(entry)
    save_working_copy(entry, row | {"citations": []}, by=make.make_user())
    read = fields_of(editor_client.get(address("publish_copy", entry.pk)).content.decode())
    answer = editor_client.post(address("publish_copy", entry.pk), read | {"note": "请看引用"})
    assert "至少要引用一个来源" in answer.content.decode()
    assert "请看引用" in answer.content.decode()
    assert entry.citations.count() == 1
    stale = editor_client.post(address("discard_copy", entry.pk), read | {"_read": "1", "reason": "重复"})
    assert "请重新查看" in stale.content.decode()
    assert fields_of(stale.content.decode())["reason"] == "重复"


@pytest.mark.parametrize(
    "page", ["publication", "comments", "assign", "delete", "working_copy", "discard_copy", "publish_copy"]
)
def test_the_title_and_the_heading_of_a_page_name_the_record(editor_client, page):
    entry = make.make_milestone(title="光网启用")
    record_revision(entry, by=make.make_user())
    if page == "assign":
        entry.submit(by=make.make_user())
    if page in ("working_copy", "discard_copy", "publish_copy"):
        entry = make_revised(make.make_user(), title="光网启用")
    name = str(Milestone.objects.get(pk=entry.pk))
    text = editor_client.get(address(page, entry.pk), follow=True).content.decode()
    for tag in ("title", "h1"):
        assert re.search(rf"<{tag}>[^<]+ · {name}[^<]*</{tag}>", text), page


def test_the_title_says_that_a_form_was_refused(editor_client):
    entry = make.make_milestone(title="光网启用")
    record_revision(entry, by=make.make_user())
    url = address("publication", entry.pk)
    assert "<title>有错误：" not in editor_client.get(url).content.decode()
    assert "<title>有错误：" in editor_client.post(url, {"now": "morgen"}).content.decode()


def test_who_sends_a_publication_again_reads_that_it_was_done_and_of_no_refusal(editor_client):
    entry = make.make_milestone(title="草稿", date="2013")
    make.make_citation(entry)
    where = reverse("admin:timeline_milestone_publication", args=[entry.pk])
    form = fields_of(editor_client.get(where).content.decode())
    by = editor_client.get(where).context["user"]
    perform_transition(entry, "publish", by=by)
    page = editor_client.post(where, form, follow=True).content.decode()
    assert "没有执行" not in page
    assert str(Action.PUBLISHED.label) in page
    entry.refresh_from_db()
    perform_transition(entry, "withdraw", by=make.make_user(username="另一人"), comment="再核")
    perform_transition(entry, "publish", by=make.make_user(username="又一人"))
    page = editor_client.post(where, form, follow=True).content.decode()
    assert "又一人" in page
    assert "没有执行" in page
