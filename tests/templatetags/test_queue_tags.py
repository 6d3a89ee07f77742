"""The queue on the front page and its counts in the header of every page of the admin."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from tests import factories as make
from tests.copies import do
from tests.editing.entries import whole
from tests.mails import make_staff
from tests.world import add_entries, make_world
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.assignments import assign
from timeline.editing.comments import begin_thread
from timeline.editing.deletion import delete_by_hand
from timeline.editing.revisions import delete_draft, record_revision
from timeline.editing.transitions import perform_transition
from timeline.editing.working_copies import discard_working_copy, save_working_copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_staff("editor", groups=[EDITORS], last_name="王", first_name="小明")[0]


@pytest.fixture
def reviewer():
    return make_staff("reviewer", groups=[REVIEWERS], last_name="李", first_name="华")[0]


def front_page(client, user):
    client.force_login(user)
    return client.get(reverse("admin:index")).content.decode()


def lists(page):
    """The titles of each list on the front page, by its name."""
    return {
        name: re.findall(r'class="queue-title" href="[^"]*">([^<]+)<', text)
        for name, text in re.findall(r'aria-labelledby="queue-(\w+)">(.*?)</section>', page, re.S)
    }


def counts(page):
    header = re.search(r'<nav class="queue-counts".*?</nav>', page, re.S)
    return (
        dict(re.findall(r'<a href="[^"]+/queue/(\w+)/">[^<]* <strong>(\d+)</strong>', header[0]))
        if header
        else {}
    )


def submitted(user, comment="", **kw):
    record = make.make_milestone(**kw)
    record_revision(record, by=user)
    perform_transition(record, "submit", by=user, comment=comment)
    return record


def test_the_front_page_says_who_submitted_what_when_and_why_and_leads_to_reading_it(
    client, editor, reviewer
):
    record = submitted(editor, title="待审的大事", comment="请核对日期")
    page = front_page(client, reviewer)
    assert lists(page)["review"] == ["待审的大事"]
    row = re.search(r'id="queue-review".*?</section>', page, re.S)[0]
    assert "王小明" in row
    assert "请核对日期" in row
    assert reverse("admin:timeline_milestone_draft_preview", args=[record.pk]) in row
    assert reverse("admin:timeline_milestone_assign", args=[record.pk]) in row


def test_a_change_is_named_by_its_columns(client, editor, reviewer):
    entry = make.make_milestone(title="公开的", published=True)
    record_revision(entry, by=editor)
    changed = {"title": "新题", "summary": "新摘要", "title_en": "New", "summary_en": "News"}
    save_working_copy(entry, whole(entry) | changed, by=editor)
    do(entry, "submit", by=editor)
    row = re.search(r'id="queue-review".*?</section>', front_page(client, reviewer), re.S)[0]
    assert "题名、" in row
    assert "4" in row
    assert reverse("admin:timeline_milestone_working_copy", args=[entry.pk]) in row


def test_what_was_returned_begins_with_the_reason(client, editor, reviewer):
    record = submitted(editor, title="退回的")
    perform_transition(record, "send_back", by=reviewer, comment="缺少出处")
    page = front_page(client, editor)
    assert lists(page)["returned"] == ["退回的"]
    row = re.search(r'id="queue-returned".*?</section>', page, re.S)[0]
    assert row.index("缺少出处") < row.index("退回的</a>")


def test_what_i_submitted_can_be_recalled_and_is_mine_in_work(client, editor, reviewer):
    record = submitted(editor, title="我交的")
    page = front_page(client, editor)
    assert lists(page)["drafts"] == ["我交的"]
    address = f"{reverse('admin:timeline_milestone_verb', args=['recall'])}?ids={record.pk}"
    assert address in page
    assert client.get(address).status_code == 200
    assert address not in front_page(client, reviewer)


def test_the_counts_stand_in_the_header_of_every_page(client, editor, reviewer):
    submitted(editor)
    begin_thread(make.make_topic(), by=editor, text="@李华 请看")
    assert counts(front_page(client, reviewer)) == {
        "review": "1", "returned": "0", "drafts": "0", "scheduled": "0", "comments": "1"
    }  # fmt: skip
    page = client.get(reverse("admin:timeline_topic_changelist")).content.decode()
    assert counts(page)["review"] == "1"
    client.force_login(editor)
    page = client.get(reverse("admin:timeline_topic_changelist")).content.decode()
    assert counts(page) == {"returned": "0", "drafts": "1", "scheduled": "0", "comments": "0"}


def test_a_list_shows_ten_and_leads_to_all(client, editor, reviewer):
    for number in range(12):
        submitted(editor, title=f"第 {number} 件")
    page = front_page(client, reviewer)
    assert len(lists(page)["review"]) == 10
    assert reverse("queue", args=["review"]) in re.search(r'id="queue-review".*?</section>', page, re.S)[0]


def test_who_it_is_assigned_to_stands_in_the_list(client, editor, reviewer):
    record = submitted(editor)
    assign(record, reviewer, by=editor)
    assert "queue-mine" in front_page(client, reviewer)
    (other,) = make_staff("other", groups=[REVIEWERS])
    page = front_page(client, other)
    assert "queue-mine" not in page
    assert "李华" in page


def test_a_comment_for_me_leads_to_its_thread_also_of_what_was_deleted(client, editor, reviewer):
    record = make.make_milestone(title="光网启用")
    record_revision(record, by=reviewer)
    thread = begin_thread(record, by=reviewer, text="@王小明 日期？", field="date")
    page = front_page(client, editor)
    assert lists(page)["comments"] == ["光网启用"]
    address = reverse("admin:timeline_milestone_comments", args=[record.pk])
    assert f"{address}?field=date&amp;thread={thread.pk}#comment-{thread.pk}" in page
    delete_draft(record, by=reviewer)
    page = front_page(client, editor)
    assert "日期？" in page
    assert reverse("admin:timeline_milestone_deleted") in page


def test_the_front_page_begins_each_kind_of_entry_or_an_import_and_finds_one(client):
    page = front_page(client, make.make_editor())
    begins = re.search(r'<ul class="new-entries">(.*?)</ul>', page, re.S)[1]
    assert re.findall(r'href="(.*?)"', begins) == [
        *(
            reverse(f"admin:timeline_{name}_add")
            for name in ("policy", "pilotdesignation", "milestone", "goal")
        ),
        reverse("admin:timeline_importbatch_upload"),
    ]
    assert f'action="{reverse("admin:timeline_entry_changelist")}"' in page


def test_whoever_may_only_read_begins_nothing(client):
    reader = make.make_user(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_entry"))
    page = front_page(client, reader)
    assert "new-entries" not in page
    assert 'id="find-entry"' in page
    assert [*lists(page)] == ["scheduled", "comments", "recent"]


def test_the_queue_is_for_those_who_may_see_it(client):
    record = make.make_milestone(title="甲的草稿")
    record_revision(record, by=make.make_user())
    page = front_page(client, make.make_user(is_staff=True))
    assert "queue" not in re.sub(r"<head>.*?</head>", "", page, flags=re.S)
    assert "甲的草稿" not in page


def test_the_queue_costs_as_many_queries_for_many_as_for_few(django_assert_max_num_queries):
    add_entries(make_world(), "一", status="review")
    request = RequestFactory().get("/")
    request.user = make.make_editor()
    with django_assert_max_num_queries(17):
        Template("{% load queue_tags %}{% queue %}").render(
            Context({"request": request, "user": request.user})
        )


def test_what_was_discarded_or_deleted_leads_to_where_its_reason_is(client, editor, reviewer):
    record = make.make_milestone(title="删掉的")
    record_revision(record, by=editor)
    public = make.make_milestone(title="公开的", published=True)
    record_revision(public, by=reviewer)
    save_working_copy(public, whole(public) | {"title": "放弃的"}, by=editor)
    delete_by_hand([record], by=reviewer, comment="与前一条重复")
    discard_working_copy(public, by=reviewer, comment="与原文不符")
    page = front_page(client, editor)
    assert sorted(lists(page)["returned"]) == ["公开的", "删掉的"]
    for address, reason in (
        (reverse("admin:timeline_milestone_deleted"), "与前一条重复"),
        (reverse("admin:timeline_milestone_history", args=[public.pk]), "与原文不符"),
    ):
        assert f'href="{address}"' in page
        assert reason in page
        assert reason in client.get(address).content.decode()
    # It has no page any more.
    assert reverse("admin:timeline_milestone_change", args=[record.pk]) not in page


def test_who_only_changed_a_colleagues_working_copy_is_not_led_to_recalling_it(client, editor, reviewer):
    public = make.make_milestone(title="公开的", published=True)
    record_revision(public, by=reviewer)
    colleague = make_staff("colleague", groups=[EDITORS])[0]
    save_working_copy(public, whole(public) | {"title": "修订"}, by=editor)
    save_working_copy(public, whole(public) | {"title": "又改"}, by=colleague)
    do(public, "submit", by=editor)
    address = reverse("admin:timeline_milestone_copy_verb", args=[public.pk, "recall"])
    assert address in front_page(client, editor)
    assert address not in front_page(client, colleague)
