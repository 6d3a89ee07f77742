"""The page of comments: written, answered, resolved and reopened by plain forms, beside each field, by whoever may submit."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.copies import make_member, make_revised
from tests.factories import make_milestone, make_policy, make_topic, make_user
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.editing.comments import answer, begin_thread, resolve
from timeline.editing.revisions import record_revision
from timeline.models import Comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_member(EDITORS, last_name="王", first_name="小明")


@pytest.fixture
def reviewer():
    return make_member(REVIEWERS, last_name="李", first_name="华")


def page_of(record, query=""):
    return reverse(f"admin:timeline_{record._meta.model_name}_comments", args=[record.pk]) + query


def get(client, address):
    return client.get(address).content.decode()


def test_a_comment_on_a_field_is_written_answered_resolved_and_reopened(client, editor, reviewer):
    record = make_topic()
    client.force_login(reviewer)
    address = page_of(record, "?field=title")
    assert '<option value="title" selected>' in get(client, address)
    sent = {"field": "title", "text": "译名为何？", "person": editor.pk}
    client.post(address, sent)
    thread = Comment.objects.get()
    client.force_login(editor)
    page = get(client, address)
    assert "译名为何？" in page
    assert "李华" in page
    client.post(page_of(record, f"?field=title&answer={thread.pk}"), {"text": "已改。"})
    assert "已改。" in get(client, address)
    client.post(address, {"change": "resolve", "thread": thread.pk})
    page = get(client, address)
    assert re.search(r"<details>\s*<summary>\s*题名 · \s*王小明于", page)
    client.post(address, {"change": "reopen", "thread": thread.pk})
    assert "thread-resolved" not in get(client, address)


def test_after_a_comment_its_thread_is_shown(client, editor):
    record = make_topic()
    client.force_login(editor)
    answer = client.post(page_of(record), {"field": "", "text": "大体可以。"})
    key = Comment.objects.get().pk
    assert answer.url == f"{page_of(record)}?thread={key}#comment-{key}"


def test_what_a_thread_is_told_by_leads_to_its_page(client, editor):
    record = make_topic()
    threads = [begin_thread(record, by=editor, text=f"第{number}条") for number in range(25)]
    resolve(threads[3], by=editor)
    client.force_login(editor)
    for thread in (threads[0], threads[3], threads[-1]):
        for query in ("?thread={}", "?field=&thread={}", "?answer={}"):
            assert f'id="comment-{thread.pk}"' in get(client, page_of(record, query.format(thread.pk)))
    sent = client.post(page_of(record), {"field": "", "text": "最新的"}, follow=True)
    assert "最新的" in sent.content.decode()
    mentioned = begin_thread(record, by=make_user(), text="请看", people=[editor.pk])
    replied = answer(threads[3], by=make_user(), text="也请看")
    page = get(client, reverse("queue", args=["comments"]))
    for comment, thread in ((mentioned, mentioned), (replied, threads[3])):
        link = f"{page_of(record)}?field=&amp;thread={thread.pk}#comment-{thread.pk}"
        assert link in page, comment.text


@pytest.mark.parametrize(
    ("query", "label"),
    [("?field=title", "1条批注待解决"), ("?field=date", "写批注"), ("", "2条批注待解决")],
)
def test_the_page_says_what_a_link_to_it_says(client, editor, query, label):
    record = make_milestone()
    begin_thread(record, by=editor, text="题名？", field="title")
    begin_thread(record, by=editor, text="总的来说。")
    resolve(begin_thread(record, by=editor, text="日期？", field="date"), by=editor)
    client.force_login(editor)
    (found,) = re.findall(r'data-label="\s*(.*?)\s*"', get(client, page_of(record, query)))
    assert found == label


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client, editor):
    client.force_login(editor)
    record = make_topic()
    page = client.post(page_of(record), {"text": "长" * 2001, "field": "title"}).content.decode()
    assert "最多2000字" in page
    assert "长" * 2001 in page
    assert not Comment.objects.exists()
    assert client.post(page_of(record), {"text": "", "field": "title"}).status_code == 200


def test_mail_is_promised_only_where_mails_are_sent(client, editor, settings):
    client.force_login(editor)
    address = page_of(make_topic())
    settings.HAS_MAIL = True
    assert "邮件" in get(client, address)
    settings.HAS_MAIL = False
    assert "邮件" not in get(client, address)


def test_a_comment_that_is_sent_twice_is_written_once(client, editor):
    client.force_login(editor)
    record = make_topic()
    token = re.search('name="_token" value="([^"]+)"', get(client, page_of(record)))[1]
    sent = {"_token": token, "field": "title", "text": "译名为何？"}
    first, second = client.post(page_of(record), sent), client.post(page_of(record), sent)
    assert first.url == second.url
    assert Comment.objects.get().text == "译名为何？"
    # A form from the history of the browser, with another text.
    client.post(page_of(record), sent | {"text": "摘要呢？"})
    thread = Comment.objects.get(text="摘要呢？")
    address = page_of(record, f"?answer={thread.pk}")
    token = re.search('name="_token" value="([^"]+)"', get(client, address))[1]
    for _time in range(2):
        client.post(address, {"_token": token, "text": "已补。"})
    assert thread.replies.get().text == "已补。"


def test_only_whoever_may_submit_writes_and_whoever_may_view_reads(client):
    record = make_topic()
    reader = make_user(is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_topic"))
    begin_thread(record, by=make_user(), text="评论")
    client.force_login(reader)
    page = get(client, page_of(record))
    assert "评论" in page
    assert "comment-form" not in page
    assert client.post(page_of(record), {"text": "不许"}).status_code == 403
    client.force_login(make_user(is_staff=True))
    assert client.get(page_of(record)).status_code == 403


def test_a_thread_of_another_record_is_not_found(client, editor):
    thread = begin_thread(make_topic(), by=editor, text="别处")
    client.force_login(editor)
    other = make_topic()
    assert client.post(page_of(other), {"change": "resolve", "thread": thread.pk}).status_code == 404
    client.post(page_of(other, f"?answer={thread.pk}"), {"text": "答复", "field": ""})
    assert Comment.objects.get(text="答复").parent is None


def test_the_form_shows_open_comments_beside_their_field_and_how_many_at_its_head(client, editor, reviewer):
    record = make_milestone()
    record_revision(record, by=editor)
    begin_thread(record, by=reviewer, text="日期从何而来？", field="date")
    begin_thread(record, by=reviewer, text="这条出处打不开。", field="citations")
    resolve(begin_thread(record, by=reviewer, text="已经解决的", field="title"), by=editor)
    client.force_login(editor)
    page = get(client, reverse("admin:timeline_milestone_change", args=[record.pk]))
    beside = dict(re.findall(r'data-comments-on="(\w+)">(.*?)</div>', page, re.S))
    assert "李华：日期从何而来？" in beside["date"]
    assert "这条出处打不开。" in beside["citations"]
    assert "note" not in beside["title"]
    assert "已经解决的" not in page
    assert f"{page_of(record)}?field=summary" in beside["summary"]
    assert "2条批注待解决" in re.search(r'class="record-status.*?</section>', page, re.S)[0]


def test_a_new_record_has_no_comments(client, editor):
    client.force_login(editor)
    assert "data-comments-on" not in get(client, reverse("admin:timeline_milestone_add"))


def test_a_comparison_shows_them_beside_what_changed(client, editor, reviewer):
    entry = make_revised(by=editor)
    begin_thread(entry, by=reviewer, text="为何改题？", field="title")
    client.force_login(reviewer)
    page = get(client, reverse("admin:timeline_milestone_working_copy", args=[entry.pk]))
    assert "为何改题？" in re.search(r'id="difference-title">.*?</section>', page, re.S)[0]


def test_the_preview_says_how_many_are_open(client, editor, reviewer):
    record = make_policy()
    record_revision(record, by=editor)
    record.submit(by=editor)
    begin_thread(record, by=reviewer, text="？", field="title")
    client.force_login(reviewer)
    page = get(client, reverse("admin:timeline_policy_draft_preview", args=[record.pk]))
    assert "1条批注待解决" in page
    assert page_of(record) in page


def test_however_many_there_are_the_page_is_bounded(client, editor, django_assert_max_num_queries):
    record = make_topic()
    for number in range(30):
        thread = begin_thread(record, by=editor, text=f"第 {number} 条 " + "长" * 300)
        for _reply in range(3):
            answer(thread, by=editor, text="答" * 300)
    client.force_login(editor)
    with django_assert_max_num_queries(20):
        page = get(client, page_of(record))
    assert page.count('<article class="thread') == 20
    assert len(page.encode()) < 150_000
    assert "page=2" in page


def test_no_thread_is_left_out_and_an_answer_leads_to_the_page_with_its_thread(client, editor):
    client.force_login(editor)
    record = make_topic()
    first = begin_thread(record, by=editor, text="最早的")
    Comment.objects.bulk_create(
        Comment(table="topic", record=record.pk, text="其他", created_by=editor) for _number in range(220)
    )
    assert "最早的" not in get(client, page_of(record))
    assert "最早的" in get(client, page_of(record, "?page=12"))
    answered = client.post(page_of(record, f"?answer={first.pk}"), {"text": "答复"})
    assert answered.url == f"{page_of(record)}?thread={first.pk}#comment-{first.pk}"
    assert "最早的" in get(client, answered.url)
    assert "221条批注待解决" in get(client, reverse("admin:timeline_topic_change", args=[record.pk]))


def test_each_link_beside_a_field_names_the_field(client, editor):
    record = make_milestone(title="光网启用")
    client.force_login(editor)
    page = get(client, reverse("admin:timeline_milestone_change", args=[record.pk]))
    for name, label in (("title", "题名"), ("summary", "摘要"), ("citations", "")):
        assert f'aria-labelledby="comments-on-{name} commented-{name}"' in page
        (named,) = re.findall(rf'<span id="commented-{name}" hidden>([^<]+)</span>', page)
        assert label in named
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_who_writes_the_name_of_nobody_is_told_that_nobody_was(client, editor):
    record = make_topic()
    client.force_login(editor)
    told = {}
    for text in ("请@bianji9看，@王小明也看", "请@王小明看一下", "写信到wang@example.org"):
        page = client.post(page_of(record), {"text": text}, follow=True).content.decode()
        told[text] = re.findall(r'<li class="warning">(.*?)</li>', page)
    (first,), *others = told.values()
    assert "“bianji9看”" in first
    assert "王小明" not in first
    assert others == [[], []]
