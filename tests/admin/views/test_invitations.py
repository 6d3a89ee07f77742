"""The page on which an administrator invites somebody."""

import re

import pytest
from django.contrib.auth.models import Group, User

from tests.factories import make_user
from timeline.accounts.roles import ADMINISTRATORS, EDITORS, REVIEWERS, set_up_groups

pytestmark = pytest.mark.django_db

PAGE = "/admin/auth/user/invite/"


@pytest.fixture
def administrator(client):
    set_up_groups()
    user = make_user(username="li", last_name="李", first_name="华", is_staff=True, email="li@example.org")
    user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    client.force_login(user)
    return user


def form(**changed):
    values = {
        "username": "wang",
        "last_name": "王",
        "first_name": "小明",
        "email": "wang@example.org",
        "groups": [Group.objects.get(name=EDITORS).pk],
    }
    return values | changed


def test_somebody_invited_has_an_account_and_receives_a_mail(
    client, administrator, mail_on, mailoutbox, django_capture_on_commit_callbacks
):
    assert PAGE in client.get("/admin/auth/user/").content.decode()
    assert "系统会把设置密码的链接发到对方的邮箱" in client.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(PAGE, form(), follow=True).content.decode()
    assert "已邀请王小明，设置密码的链接将发往wang@example.org。" in page
    assert mailoutbox[0].to == ["wang@example.org"]
    user = User.objects.get(username="wang")
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    assert [group.name for group in user.groups.all()] == [EDITORS]


def test_without_mail_the_administrator_sees_the_link_once(client, administrator):
    assert "本站不发送邮件" in client.get(PAGE).content.decode()
    response = client.post(PAGE, form(email=""))
    page = response.content.decode()
    link = re.search(r"http://testserver(/admin/set-password/[^<\s]+/)", page)[1]
    assert "已为王小明开通账号wang" in page
    assert "no-store" in response["Cache-Control"]
    client.logout()
    assert "您的用户名是wang" in client.get(link, follow=True).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"username": "li"}, "已存在"),
        ({"email": "LI@example.org"}, "已有账号使用这个邮箱"),
        ({"email": ""}, "必填"),
        ({"groups": []}, "请至少选择一个用户组"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, administrator, mail_on, changed, words):
    page = client.post(PAGE, form(**changed)).content.decode()
    assert words in page
    assert 'value="小明"' in page
    assert not User.objects.filter(username="wang").exists()


def test_nobody_becomes_a_superuser_by_invitation(client, administrator):
    client.post(PAGE, form(is_superuser="on", is_staff="", password="x"))
    assert not User.objects.get(username="wang").is_superuser


@pytest.mark.parametrize("group", [EDITORS, REVIEWERS, None])
def test_others_invite_nobody(client, administrator, group):
    user = make_user(is_staff=True)
    user.groups.set(Group.objects.filter(name=group))
    client.force_login(user)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, form()).status_code == 403
    assert not User.objects.filter(username="wang").exists()
