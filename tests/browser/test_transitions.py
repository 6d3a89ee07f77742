"""The buttons of an entry's form that save it and apply a transition, as editors and reviewers use them."""

import datetime

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.drafts.forms import wait_until_kept
from tests.browser.editor_actions import change_url, choose, cite, save, use
from timeline.editing.revisions import delete_draft, record_revision
from timeline.models import Milestone, Policy, Revision

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def source(site, people):
    return make.make_source(title="宁波日报", slug="daily")


@pytest.fixture
def draft(source):
    policy = make.make_policy(title="关于试点的意见", date="2013-01")
    make.make_citation(policy, source=source, locator="¶1")
    record_revision(policy, by=make.make_user(username="zhou"))
    return policy


@pytest.mark.long
def test_submitting_saves_what_was_typed(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "还没有保存的摘要。")
    use(page, "提交审核", why="请看摘要")
    expect(page.locator(".messagelist .success")).to_contain_text("已保存并提交审核")
    draft.refresh_from_db()
    assert (draft.status, draft.summary) == ("review", "还没有保存的摘要。")
    saved, submitted = Revision.objects.for_record(draft).by_number()[1:]
    assert [(one.action, one.comment) for one in (saved, submitted)] == [
        ("saved", ""),
        ("submitted", "请看摘要"),
    ]


@pytest.mark.long
def test_a_new_entry_is_submitted_by_one_press(window, site, source):
    page = window("wang")
    page.goto(f"{site}/admin/timeline/policy/add/")
    page.fill("#id_title", "一步提交的意见")
    page.select_option("#id_document_type", "opinions")
    cite(page, "宁波日报", "¶5")
    use(page, "提交审核")
    expect(page.locator(".messagelist .success")).to_contain_text("已保存并提交审核")
    policy = Policy.objects.get()
    assert (policy.status, policy.citations.get().locator) == ("review", "¶5")


def test_a_publication_that_is_refused_gives_the_form_back_with_all_that_was_typed_and_every_reason(
    window, site, source
):
    topic = make.make_topic(title="智慧健康")
    hidden = make.make_policy(title="未公开的政策")
    page = window("li")
    page.goto(f"{site}/admin/timeline/policy/add/")
    page.fill("#id_title", "没有来源的意见")
    page.fill("#id_date", "2013年1月")
    page.select_option("#id_document_type", "opinions")
    page.fill("#id_summary", "写好的摘要。")
    choose(page, "topics", "智慧健康")
    # A click may miss the link, which moves when the list of choices closes.
    page.locator("#relations-group .add-row a").press("Enter")
    page.select_option("#id_relations-0-type", "based_on")
    choose(page, "relations-0-to_policy", "未公开的政策")
    use(page, "发布", why="可以发布了")
    errors = page.locator(".errornote, .errorlist")
    expect(errors.filter(has_text="来源")).not_to_have_count(0)
    expect(errors.filter(has_text="未公开的政策")).not_to_have_count(0)
    expect(page.locator("#id_title")).to_have_value("没有来源的意见")
    expect(page.locator("#id_summary")).to_have_value("写好的摘要。")
    expect(page.locator("#id_date")).to_have_value("2013年1月")
    expect(page.locator("#id_why")).to_have_value("可以发布了")
    assert page.locator("#id_topics").evaluate("one => [...one.selectedOptions].map(each => each.text)") == [
        topic.title
    ]
    expect(page.locator("#id_relations-0-to_policy option:checked")).to_have_text("未公开的政策（草稿）")
    assert [*Policy.objects.all()] == [hidden]
    assert not Revision.objects.exists()
    page.locator(".errorlist").get_by_role("link", name="来源").click()
    cite(page, "宁波日报", "¶5")
    page.locator("#relations-0 .inline-deletelink").click()
    use(page, "发布")
    expect(page.locator(".messagelist .success")).to_contain_text("已保存并发布")
    assert Policy.objects.published().get().title == "没有来源的意见"


@pytest.mark.long
def test_sending_back_asks_for_a_reason_and_tells_it_to_the_editor(window, site, draft):
    draft.submit(by=get_user_model().objects.get(username="wang"))
    reviewer = window("li")
    reviewer.goto(change_url(site, draft))
    reviewer.fill("#id_editor_note", "审核时补的说明。")
    use(reviewer, "退回修改")
    expect(reviewer.locator(".field-why .errorlist")).to_contain_text("请写明原因")
    expect(reviewer.locator("#id_editor_note")).to_have_value("审核时补的说明。")
    use(reviewer, "退回修改", why="日期与原文不符")
    expect(reviewer.locator(".messagelist .success")).to_contain_text("已保存并退回")
    editor = window("wang")
    editor.goto(f"{site}/admin/")
    expect(editor.locator(".queue-list-returned")).to_contain_text("日期与原文不符")
    editor.locator(".queue-list-returned").get_by_role("link", name="关于试点的意见").click()
    expect(editor.locator(".record-status")).to_contain_text("已退回")
    expect(editor.locator(".record-status")).to_contain_text("日期与原文不符")
    expect(editor.locator("#id_editor_note")).to_have_value("审核时补的说明。")
    use(editor, "提交审核")
    expect(editor.locator(".record-status")).not_to_contain_text("日期与原文不符")
    editor.goto(f"{site}/admin/")
    expect(editor.locator(".queue-list-returned")).not_to_contain_text("关于试点的意见")


@pytest.mark.long
def test_a_time_that_is_past_is_refused_on_the_form(window, site, draft):
    page = window("li")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "早就写好的摘要。")
    use(page, "发布", public_from="2001-01-01T08:00")
    expect(page.locator(".field-public_from .errorlist")).to_contain_text("这一时间已过")
    expect(page.locator("#id_summary")).to_have_value("早就写好的摘要。")
    assert not Policy.objects.get().is_ever_public


@pytest.mark.long
def test_a_time_without_the_button_that_uses_it_is_not_dropped_in_silence(window, site, draft):
    page = window("li")
    page.goto(change_url(site, draft))
    page.fill("#id_public_from", "2099-01-01T08:00")
    save(page)
    expect(page.locator(".field-public_from .errorlist")).to_contain_text("发布")


def test_a_time_typed_by_half_publishes_nothing(window, site, draft):
    page = window("li")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "还没有保存的摘要。")
    page.focus("#id_public_from")
    # The month and the day, in whatever order the browser has its parts: the year and the hour are left.
    page.keyboard.type("1205")
    assert page.locator("#id_public_from").evaluate("one => one.validity.badInput")
    for button in ("[name=_continue]", "button[value=publish]"):
        page.locator(f".submit-row {button}").press("Enter")
        expect(page.locator("#id_public_from")).to_be_focused()
        expect(page.locator("#id_summary")).to_have_value("还没有保存的摘要。")
    wait_until_kept(page)
    page.wait_for_timeout(300)
    entry = Policy.objects.get()
    assert (entry.summary, entry.is_ever_public) == ("", False)
    assert Client().get(entry.get_absolute_url()).status_code == 404
    # It was not taken for sent: whole, it goes at once.
    use(page, "发布", public_from="2099-01-01T08:00")
    expect(page.locator(".messagelist .success")).to_contain_text("2099年1月1日")
    assert Policy.objects.get().summary == "还没有保存的摘要。"


@pytest.mark.long
def test_a_new_time_of_which_a_part_was_deleted_moves_nothing(window, site, people):
    entry = make.make_milestone(title="定时的大事")
    make.make_citation(entry)
    entry.publish(by=make.make_user(), public_from=timezone.now() + datetime.timedelta(days=2))
    before = Milestone.objects.get().public_from
    page = window("li")
    page.goto(f"{site}/admin/timeline/entry/schedule/?month=all")
    for summary in page.locator(".act summary").all():
        summary.click()
    time = page.locator(".act input[type=datetime-local]:visible").first
    time.focus()
    page.keyboard.press("Delete")
    assert time.evaluate("one => one.validity.badInput")
    button = page.locator(".act form button:visible").first
    for press in (button.click, lambda: button.press("Enter")):
        press()
        expect(time).to_be_focused()
    page.wait_for_timeout(300)
    assert Milestone.objects.get().public_from == before
    expect(page.locator(".messagelist")).to_have_count(0)


@pytest.mark.long
def test_what_somebody_did_meanwhile_is_read_before_the_step_is_taken(window, site, draft):
    draft.submit(by=make.make_user(username="qian"))
    first, second = window("li"), window("admin")
    for page in (first, second):
        page.goto(change_url(site, draft))
    use(first, "退回修改", why="先看看原文")
    first.wait_for_selector(".messagelist .success")
    editor = window("wang")
    editor.goto(change_url(site, draft))
    use(editor, "提交审核")
    editor.wait_for_selector(".messagelist .success")
    second.fill("#id_summary", "审核时写的摘要。")
    use(second, "发布")
    expect(second.locator(".errorlist")).to_contain_text("提交审核。请查看历史")
    expect(second.locator("#id_summary")).to_have_value("审核时写的摘要。")
    assert not Policy.objects.get().is_public
    use(second, "发布")
    expect(second.locator(".messagelist .success")).to_contain_text("已保存并发布")
    assert Policy.objects.published().get().summary == "审核时写的摘要。"


@pytest.mark.long
def test_what_somebody_deleted_meanwhile_is_not_published(window, site, draft):
    draft.submit(by=make.make_user(username="qian"))
    reviewer = window("li")
    reviewer.goto(change_url(site, draft))
    reviewer.fill("#id_summary", "审核时写的摘要。")
    delete_draft(draft, by=make.make_user(username="sun"))
    use(reviewer, "发布")
    expect(reviewer.locator(".messagelist")).to_contain_text("“发布”没有执行")
    entry = Policy.objects.get()
    assert (entry.status, entry.summary) == ("draft", "审核时写的摘要。")


@pytest.mark.long
def test_a_note_without_another_change_is_kept(window, site, draft):
    page = window("li")
    page.goto(change_url(site, draft))
    page.locator("#id_why").press_sequentially("先放一放，等原件")
    page.keyboard.press("Control+s")
    page.wait_for_selector(".messagelist .success")
    assert Revision.objects.for_record(draft).by_number().last().comment == "先放一放，等原件"


@pytest.mark.long
def test_what_was_withdrawn_is_published_again_as_the_form_shows_it(window, site, draft):
    draft.publish(by=make.make_user(username="sun"))
    draft.withdraw(by=make.make_user(username="qian"), comment="有误")
    page = window("li")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "改正后的摘要。")
    use(page, "发布")
    expect(page.locator(".messagelist .success")).to_contain_text("已保存并发布")
    assert Policy.objects.published().get().summary == "改正后的摘要。"
    assert not Revision.objects.working_copies().exists()


@pytest.mark.long
def test_withdrawing_keeps_what_was_typed_as_a_working_copy(window, site, draft):
    draft.publish(by=make.make_user(username="sun"))
    page = window("li")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "还要改的摘要。")
    use(page, "撤回", why="有误")
    expect(page.locator(".messagelist .success")).to_contain_text("已保存并撤回")
    expect(page.locator("#id_summary")).to_have_value("还要改的摘要。")
    expect(page.locator(".record-status")).to_contain_text("有误")
    assert Policy.objects.get().status == "withdrawn"
    assert Policy.objects.get().summary == ""
