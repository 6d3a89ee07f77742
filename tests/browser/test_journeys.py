"""Journeys in a real browser: publication of a draft, an edit conflict, a working copy, an older revision."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.drafts.forms import wait_until_kept
from tests.browser.editor_actions import change_url, choose, cite, goto_when_changed, save, use
from timeline.editing.revisions import record_revision
from timeline.models import Policy, Revision
from timeline.models.content_version import MAX_AGE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def chronicle(site):
    make.make_chronicle(title="宁波智慧城市建设编年")
    make.make_phase(title="全面建设", period="2011/2015")
    make.make_topic(title="智慧健康")
    make.make_source(title="宁波市智慧城市建设综述")


@pytest.fixture
def draft(chronicle):
    policy = make.make_policy(title="关于试点的意见", document_type="opinions", date="2013-01")
    make.make_citation(policy, locator="¶1")
    record_revision(policy, by=make.make_user())
    return policy


@pytest.fixture
def public(draft):
    draft.publish(by=make.make_user())
    return draft


def test_an_editor_writes_a_reviewer_publishes_a_visitor_reads(window, site, chronicle):
    editor = window("wang")
    editor.goto(f"{site}/admin/timeline/policy/add/")
    editor.fill("#id_title", "关于推进智慧健康的意见")
    editor.select_option("#id_document_type", "opinions")
    editor.fill("#id_date", "2013年1月")
    editor.fill("#id_summary", "市政府提出推进智慧健康的任务。")
    choose(editor, "topics", "智慧健康")
    cite(editor, "宁波市智慧城市建设综述", "¶5")
    save(editor)
    policy = Policy.objects.get()
    assert (str(policy.date), policy.phase.title, policy.citations.get().locator) == (
        "2013-01",
        "全面建设",
        "¶5",
    )
    use(editor, "提交审核", why="请审")
    expect(editor.locator(".messagelist .success")).to_contain_text("已保存并提交审核")
    expect(editor.locator(".record-status")).to_contain_text("等待审核员处理")
    expect(editor.locator("button.transition")).to_have_text(["收回"])

    visitor = window()
    visitor.goto(site)
    expect(visitor.get_by_text("关于推进智慧健康的意见")).to_have_count(0)
    assert visitor.goto(site + policy.get_absolute_url()).status == 404

    reviewer = window("li")
    reviewer.goto(change_url(site, policy))
    expect(reviewer.locator(".record-status")).to_contain_text("请审")
    use(reviewer, "发布")
    expect(reviewer.locator(".messagelist .success")).to_contain_text("已保存并发布")

    link = visitor.locator("article").get_by_role("link", name=re.compile("关于推进智慧健康的意见")).first
    goto_when_changed(visitor, site, link)
    link.click()
    expect(visitor.locator("h1")).to_contain_text("关于推进智慧健康的意见")
    expect(visitor.locator("main")).to_contain_text("2013年1月")
    expect(visitor.locator("main")).to_contain_text("宁波市智慧城市建设综述")


@pytest.mark.long
def test_publication_waits_for_its_time(window, site, draft):
    reviewer = window("li")
    reviewer.goto(change_url(site, draft))
    use(reviewer, "发布", public_from="2099-01-01T08:00")
    expect(reviewer.locator(".messagelist .success")).to_contain_text("将于2099年1月1日 08:00公开")
    expect(reviewer.locator(".record-status")).to_contain_text("将于2099年1月1日 08:00公开")
    assert Policy.objects.get().published_at > timezone.now()
    assert window().goto(site + draft.get_absolute_url()).status == 404


@pytest.mark.long
def test_whoever_saves_second_chooses_and_loses_nothing(window, site, draft):
    first, second = window("wang"), window("chen")
    for page in (first, second):
        page.goto(change_url(site, draft))
    first.fill("#id_summary", "王编辑写的摘要。")
    save(first)
    second.fill("#id_summary", "陈编辑写的摘要。")
    second.fill("#id_editor_note", "陈编辑写的说明。")
    save(second)

    expect(second.locator("h1")).to_contain_text("刚刚有人保存过此条内容")
    summary = second.locator("fieldset", has=second.locator("[name=take-summary]"))
    expect(summary).to_contain_text("王编辑写的摘要。")
    expect(summary).to_contain_text("陈编辑写的摘要。")
    expect(second.locator("[name=take-editor_note][value=mine]")).to_be_checked()
    # Both changed the summary, so the form cannot be submitted without a choice.
    second.click("text=保存所选内容")
    expect(second.locator("h1")).to_contain_text("刚刚有人保存过此条内容")
    summary.get_by_label("我的内容").check()
    second.click("text=保存所选内容")

    expect(second.locator("#id_summary")).to_have_value("陈编辑写的摘要。")
    expect(second.locator("#id_editor_note")).to_have_value("陈编辑写的说明。")
    assert [revision.content["summary"] for revision in Revision.objects.for_record(draft).applied()] == [
        "",
        "王编辑写的摘要。",
        "陈编辑写的摘要。",
    ]


@pytest.mark.long
def test_a_public_page_stays_until_its_working_copy_is_published(window, site, public):
    visitor, editor, reviewer = window(), window("wang"), window("li")
    address = site + public.get_absolute_url()
    visitor.goto(address)
    before = visitor.content()

    editor.goto(change_url(site, public))
    editor.fill("#id_summary", "改过的摘要。")
    save(editor)
    expect(editor.locator(".messagelist")).to_contain_text("已存为修订稿")
    expect(editor.locator("#id_summary")).to_have_value("改过的摘要。")
    visitor.goto(address)
    assert visitor.content() == before

    reviewer.goto(change_url(site, public))
    reviewer.get_by_role("link", name="比较、发布或放弃").click()
    expect(reviewer.locator(".difference ins")).to_contain_text("改过的摘要。")
    reviewer.get_by_role("link", name="预览").click()
    expect(reviewer.locator("h1")).to_contain_text("关于试点的意见")
    expect(reviewer.locator("main")).to_contain_text("改过的摘要。")
    expect(reviewer.locator("main")).to_contain_text("这是修订稿")
    reviewer.get_by_role("link", name="回到编辑后台").click()
    reviewer.get_by_role("button", name="发布修订稿").click()
    expect(reviewer.locator(".messagelist")).to_contain_text("修订稿已发布")
    goto_when_changed(visitor, address, visitor.locator("main", has_text="改过的摘要。"))


@pytest.mark.long
def test_an_older_revision_is_restored(window, site, draft):
    page = window("li")
    for summary in ("第一稿。", "第二稿。"):
        page.goto(change_url(site, draft))
        page.fill("#id_summary", summary)
        page.fill("#id_why", f"写{summary}")
        save(page)
    page.locator(".object-tools .historylink").click()
    expect(page.locator("#change-history tbody tr")).to_have_count(3)
    page.locator("#change-history tr", has_text="写第一稿").get_by_role("link", name="恢复").click()
    expect(page.locator(".difference ins")).to_contain_text("一")
    page.fill("#id_why", "还是第一稿好")
    page.locator(".submit-row input[type=submit]").click()
    expect(page.locator("#id_summary")).to_have_value("第一稿。")
    page.locator(".object-tools .historylink").click()
    expect(page.locator("#change-history tbody tr").first).to_contain_text("还是第一稿好")


@pytest.mark.long
def test_a_single_value_of_an_older_revision_is_taken_into_the_form(window, site, draft):
    page = window("wang")
    for summary in ("第一稿。", "第二稿。"):
        page.goto(change_url(site, draft))
        page.fill("#id_summary", summary)
        save(page)
    page.locator(".object-tools .historylink").click()
    page.locator('input[name=old][value="2"]').check()
    page.locator("#content form .button").click()
    page.locator("#difference-summary input[name=take]").check()
    page.locator(".take-row button").click()
    expect(page.locator("#id_summary")).to_have_value("第一稿。")
    # What is typed besides is kept by the browser, with the value that was taken.
    page.fill("#id_editor_note", "又补一句")
    wait_until_kept(page)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(change_url(site, draft))
    expect(page.locator("#id_summary")).to_have_value("第二稿。")
    page.locator("[data-restore]").click()
    expect(page.locator("#id_editor_note")).to_have_value("又补一句")
    expect(page.locator("#id_summary")).to_have_value("第一稿。")
    save(page)
    draft.refresh_from_db()
    assert (draft.summary, draft.editor_note) == ("第一稿。", "又补一句")


@pytest.mark.long
def test_a_deleted_draft_comes_back(window, site, draft):
    reviewer = window("li")
    reviewer.goto(change_url(site, draft))
    reviewer.locator("a.deletelink").first.click()
    reviewer.fill("#id_reason", "重复")
    reviewer.locator("#content form input[type=submit]").click()
    expect(reviewer.locator(".messagelist .success")).to_be_visible()
    assert not Policy.objects.exists()
    reviewer.goto(f"{site}/admin/timeline/policy/deleted/")
    reviewer.get_by_role("link", name="找回").click()
    expect(reviewer.locator("#content")).to_contain_text("关于试点的意见")
    reviewer.locator(".submit-row input[type=submit]").click()
    expect(reviewer.locator("#id_title")).to_have_value("关于试点的意见")
    assert Policy.objects.get().citations.get().locator == "¶1"


@pytest.mark.long
def test_an_entry_that_moves_and_moves_back_is_found_by_who_was_there_before(window, site, public):
    visitor = window()
    first = public.slug
    for slug in ("moved", first, "moved-again", first):
        assert visitor.goto(f"{site}/policies/{first}/").status == 200
        public.slug = slug
        public.save()
        visitor.wait_for_timeout(MAX_AGE * 1000)
    for slug in (first, "moved", "moved-again"):
        assert visitor.goto(f"{site}/policies/{slug}/").status == 200
        assert visitor.url == f"{site}/policies/{first}/"
