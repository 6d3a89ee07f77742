"""Drafts and accounts: ownership, permissions, and drafts of the forms of accounts."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from tests.browser.drafts.forms import accept_leaving, kept, restore, wait_until_kept
from tests.browser.editor_actions import change_url, save, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.long
def test_when_rights_are_taken_away_what_was_typed_stays_readable_and_comes_back_with_them(
    window, site, draft
):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "失去权限前写的。")
    group = User.objects.get(username="wang").groups.get()
    User.objects.get(username="wang").groups.clear()
    save(page)
    expect(page.locator("h1")).to_be_visible()
    page.goto(f"{site}/admin/")
    expect(page.locator(".browser-drafts")).to_contain_text("失去权限前写的。")
    User.objects.get(username="wang").groups.add(group)
    page.goto(change_url(site, draft))
    restore(page)
    expect(page.locator("#id_summary")).to_have_value("失去权限前写的。")


@pytest.mark.long
def test_who_may_only_read_sees_what_was_typed(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "失去权限前写的。")
    wait_until_kept(page)
    user = User.objects.get(username="wang")
    Group.objects.create(name="读者").user_set.add(user)
    viewing = user.groups.get(name="编辑").permissions.filter(codename__startswith="view_")
    Group.objects.get(name="读者").permissions.set(viewing)
    user.groups.remove(Group.objects.get(name="编辑"))
    accept_leaving(page)
    page.goto(change_url(site, draft))
    page.locator(".draft-offer summary").click()
    expect(page.locator(".draft-offer pre")).to_contain_text("失去权限前写的。")
    expect(page.locator(".draft-offer").get_by_role("button", name="恢复")).to_be_hidden()


@pytest.mark.long
def test_nothing_is_offered_to_another_account_and_logging_out_removes_it(window, site, draft):
    page = window("wang")
    page.goto(change_url(site, draft))
    page.fill("#id_summary", "王编辑没有保存的。")
    wait_until_kept(page)
    accept_leaving(page)
    page.context.clear_cookies()
    sign_in(page, site, "chen")
    page.goto(change_url(site, draft))
    expect(page.locator("#id_summary")).to_have_value("")
    expect(page.locator(".draft-offer")).to_have_count(0)
    page.context.clear_cookies()
    sign_in(page, site, "wang")
    expect(page.locator(".browser-drafts")).to_be_visible()
    page.click("#logout-form button")
    page.wait_for_load_state()
    assert kept(page) == 0
    sign_in(page, site, "wang")
    expect(page.locator(".browser-drafts")).to_be_hidden()


@pytest.mark.long
def test_choices_that_are_moved_between_two_lists_come_back(window, site, records):
    page = window("admin")
    editor = User.objects.get(username="wang")
    page.goto(f"{site}/admin/auth/user/{editor.pk}/change/")
    page.select_option("#id_groups_from", label="审核员")
    page.click("#id_groups_add")
    expect(page.locator("#id_groups_to option")).to_have_count(2)
    page.locator("#id_groups_to").dispatch_event("change")
    wait_until_kept(page)
    accept_leaving(page)
    page.goto(f"{site}/admin/")
    page.goto(f"{site}/admin/auth/user/{editor.pk}/change/")
    restore(page)
    expect(page.locator("#id_groups_to option")).to_have_count(2)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert {*editor.groups.values_list("name", flat=True)} == {"编辑", "审核员"}
    assert kept(page) == 0


@pytest.mark.long
def test_an_account_that_somebody_deactivated_meanwhile_is_not_activated_again_without_a_word(
    window, site, records
):
    chen = User.objects.get(username="chen")
    page = window("admin")
    accept_leaving(page)
    page.goto(f"{site}/admin/auth/user/{chen.pk}/change/")
    page.fill("#id_last_name", "陈")
    wait_until_kept(page)
    page.goto(f"{site}/admin/")
    User.objects.filter(pk=chen.pk).update(is_active=False, email="chen@example.org")
    page.goto(f"{site}/admin/auth/user/{chen.pk}/change/")
    expect(page.locator(".draft-offer [data-outdated]")).to_be_visible()
    restore(page)
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    changed = User.objects.get(pk=chen.pk)
    assert (changed.is_active, changed.last_name, changed.email) == (False, "陈", "chen@example.org")


@pytest.mark.long
def test_what_two_changed_of_an_account_is_said_before_one_of_them_wins(window, site, records):
    chen = User.objects.get(username="chen")
    page = window("admin")
    page.goto(f"{site}/admin/auth/user/{chen.pk}/change/")
    User.objects.filter(pk=chen.pk).update(is_active=False, last_name="李")
    page.fill("#id_last_name", "陈")
    save(page)
    expect(page.locator(".errorlist")).to_contain_text("“李”")
    expect(page.locator(".errornote")).to_be_focused()
    assert User.objects.get(pk=chen.pk).last_name == "李"
    page.uncheck("#id_is_active")
    save(page)
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert (User.objects.get(pk=chen.pk).last_name, User.objects.get(pk=chen.pk).is_active) == ("陈", False)
