"""The admin of accounts: what administrators may do to other users, and not to superusers."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories as make
from tests.logins import fail, sign_in
from tests.mails import link_in
from timeline.accounts.roles import ADMINISTRATORS, EDITORS, set_up_groups
from timeline.admin.accounts import MAX_LINKS
from timeline.editing.revisions import record_revision
from timeline.models import AccountSettings, Revision

pytestmark = pytest.mark.django_db

LIST = "/admin/auth/user/"


def administrator():
    set_up_groups()
    user = make.make_user(is_staff=True)
    user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return user


def act(client, action, *users):
    chosen = {"action": action, "_selected_action": [user.pk for user in users]}
    return client.post(LIST, chosen, follow=True)


def test_an_administrator_cannot_make_or_change_a_superuser(client):
    user, root = administrator(), make.make_editor()
    client.force_login(user)
    address = reverse("admin:auth_user_change", args=[user.pk])
    assert 'name="is_superuser"' not in client.get(address).content.decode()
    client.post(
        address, {"username": user.username, "is_active": "on", "is_staff": "on", "is_superuser": "on"}
    )
    assert not User.objects.get(pk=user.pk).is_superuser
    assert client.post(reverse("admin:auth_user_change", args=[root.pk]), {}).status_code == 403
    assert client.get(reverse("admin:auth_user_password_change", args=[root.pk])).status_code == 403
    assert client.post(reverse("admin:auth_user_delete", args=[root.pk]), {"post": "yes"}).status_code == 403
    for action in ("deactivate", "send_password_link"):
        page = act(client, action, root).content.decode()
        assert "/admin/set-password/" not in page
    assert User.objects.get(pk=root.pk).is_active


def test_an_administrator_resets_a_lost_second_factor_but_not_a_superusers(client):
    colleague, root = make.make_user(is_staff=True), make.make_editor()
    for owner in (colleague, root):
        TOTPDevice.objects.create(user=owner, confirmed=True, name="x")
    client.force_login(administrator())
    chosen = {"action": "forget_second_factor", "_selected_action": [colleague.pk, root.pk]}
    page = client.post(reverse("admin:auth_user_changelist"), chosen, follow=True).content.decode()
    assert "已停用1个账号的双重验证" in page
    assert [device.user for device in TOTPDevice.objects.all()] == [root]


@pytest.fixture
def lockout(settings):
    settings.AXES_ENABLED = True
    return settings


def test_an_administrator_unlocks_a_login(client, lockout):
    make.make_user(username="editor", password="right", is_staff=True)
    fail(client, 5)
    client.force_login(administrator())
    chosen = {"action": "unlock", "_selected_action": [User.objects.get(username="editor").pk]}
    assert "已解除1个账号的登录锁定" in client.post("/admin/auth/user/", chosen, follow=True).content.decode()
    client.logout()
    assert sign_in(client, password="right").status_code == 302


def row_of(client, name):
    page = client.get(LIST).content.decode()
    (row,) = [row for row in re.findall(r"<tr>.*?</tr>", page, re.S) if name in row]
    return re.sub(r"<[^>]+>", " ", row), row


def test_the_list_tells_name_groups_last_login_second_factor_and_lock(client, lockout):
    user = administrator()
    colleague = make.make_user(
        username="wang", last_name="王", first_name="小明", is_staff=True, password="right"
    )
    colleague.groups.add(Group.objects.get(name=EDITORS))
    client.force_login(user)
    text, row = row_of(client, "王小明")
    assert EDITORS in text
    assert "从不" in text
    assert "已锁定" not in text
    assert row.count('alt="False"') == 1
    TOTPDevice.objects.create(user=colleague, confirmed=True, name="x")
    fail(Client(), 5, user="wang")
    text, row = row_of(client, "王小明")
    assert "已锁定" in text
    assert 'alt="False"' not in row


def test_the_queries_of_the_list_do_not_grow_with_the_accounts(client):
    client.force_login(administrator())
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _number in range(10):
        make.make_user(is_staff=True).groups.add(Group.objects.get(name=EDITORS))
    with CaptureQueriesContext(connection) as many:
        client.get(LIST)
    assert len(many) == len(few)


def test_an_account_is_not_deleted_and_the_page_says_why(client):
    client.force_login(administrator())
    colleague = make.make_user(last_name="王", first_name="小明", is_staff=True)
    record_revision(make.make_milestone(), by=colleague)
    address = reverse("admin:auth_user_delete", args=[colleague.pk])
    for page in (client.get(address), client.post(address, {"post": "yes"})):
        assert "账号不能删除：各条目的历史要写明操作人。请改为停用" in page.content.decode()
    act(client, "delete_selected", colleague)
    assert User.objects.filter(pk=colleague.pk).exists()
    assert address not in client.get(reverse("admin:auth_user_change", args=[colleague.pk])).content.decode()


def test_a_deactivated_account_is_logged_out_and_what_it_did_stays(client):
    colleague = make.make_user(username="wang", password="right", is_staff=True)
    record_revision(make.make_milestone(), by=colleague)
    other = Client()
    sign_in(other, user="wang", password="right")
    assert other.get("/admin/").status_code == 200
    client.force_login(administrator())
    assert "已停用1个账号。" in act(client, "deactivate", colleague).content.decode()
    assert other.get("/admin/").status_code == 302
    assert sign_in(other, user="wang", password="right").status_code == 200
    assert Revision.objects.get().created_by == colleague
    assert "已恢复使用1个账号。" in act(client, "reactivate", colleague).content.decode()
    assert sign_in(other, user="wang", password="right").status_code == 302


def test_nobody_deactivates_himself(client):
    user = administrator()
    client.force_login(user)
    act(client, "deactivate", user)
    assert User.objects.get(pk=user.pk).is_active


def test_a_link_goes_by_mail_or_to_the_administrator(
    client, settings, mailoutbox, django_capture_on_commit_callbacks
):
    client.force_login(administrator())
    colleague = make.make_user(last_name="王", first_name="小明", email="wang@example.org", is_staff=True)
    page = act(client, "send_password_link", colleague).content.decode()
    assert "请将此链接自行转交王小明：http://testserver/admin/set-password/" in page
    settings.HAS_MAIL = True
    with django_capture_on_commit_callbacks(execute=True):
        page = act(client, "send_password_link", colleague).content.decode()
    assert "已向1个账号发送设置密码的链接。" in page
    assert "/admin/set-password/" not in page
    assert link_in(mailoutbox[0].body)


def test_links_beyond_the_most_that_are_shown_are_counted(client):
    client.force_login(administrator())
    colleagues = [make.make_user(is_staff=True) for _number in range(MAX_LINKS + 3)]
    answer = act(client, "send_password_link", *colleagues)
    told = [str(message) for message in answer.context["messages"]]
    assert len([message for message in told if "/admin/set-password/" in message]) == MAX_LINKS
    assert re.findall(r"[0-9]+", told[-1]) == ["3", str(MAX_LINKS)]


def test_mails_with_links_have_no_limit(client, settings):
    settings.HAS_MAIL = True
    client.force_login(administrator())
    colleagues = [make.make_user(is_staff=True, email="a@example.org") for _number in range(MAX_LINKS + 3)]
    page = act(client, "send_password_link", *colleagues).content.decode()
    assert f"已向{MAX_LINKS + 3}个账号发送设置密码的链接。" in page


@pytest.mark.parametrize("action", ["send_password_link", "deactivate", "reactivate"])
def test_an_editor_can_do_nothing_to_accounts(client, action):
    set_up_groups()
    editor, colleague = make.make_user(is_staff=True), make.make_user(is_staff=True)
    editor.groups.add(Group.objects.get(name=EDITORS))
    client.force_login(editor)
    assert act(client, action, colleague).status_code == 403
    assert User.objects.get(pk=colleague.pk).is_active


def test_a_password_that_an_administrator_typed_must_be_changed(client):
    client.force_login(administrator())
    password = {"password1": "erste-Wahl-1984", "password2": "erste-Wahl-1984", "usable_password": "true"}
    client.post("/admin/auth/user/add/", {"username": "wang"} | password)
    wang = User.objects.get(username="wang")
    assert AccountSettings.objects.must_change_password().get().user == wang
    AccountSettings.objects.all().delete()
    password = dict.fromkeys(("password1", "password2"), "zweite-Wahl-1984") | {"usable_password": "true"}
    client.post(reverse("admin:auth_user_password_change", args=[wang.pk]), password)
    assert AccountSettings.objects.must_change_password().get().user == wang


def test_ones_own_password_is_not_to_be_changed_again(client):
    user = administrator()
    client.force_login(user)
    password = {"password1": "erste-Wahl-1984", "password2": "erste-Wahl-1984", "usable_password": "true"}
    assert (
        client.post(reverse("admin:auth_user_password_change", args=[user.pk]), password).status_code == 302
    )
    assert not AccountSettings.objects.exists()
