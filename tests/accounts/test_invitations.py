"""Invitations: an account that cannot log in before its owner has set a password by the link."""

import datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from tests.factories import make_chronicle, make_user
from tests.logins import sign_in
from tests.mails import link_in
from timeline.accounts.invitations import invite
from timeline.accounts.mail import password_path
from timeline.accounts.roles import EDITORS, set_up_groups

pytestmark = pytest.mark.django_db

PASSWORD = "宁波-一九八四-光网"


@pytest.fixture
def invited(mail_on, django_capture_on_commit_callbacks):
    set_up_groups()
    make_chronicle(title="智慧宁波")
    with django_capture_on_commit_callbacks(execute=True):
        return invite(
            username="wang",
            email="wang@example.org",
            last_name="王",
            first_name="小明",
            groups=Group.objects.filter(name=EDITORS),
            by=make_user(last_name="李", first_name="华"),
        )


def set_password(client, link, password=PASSWORD):
    page = client.get(link, follow=True)
    return client.post(page.request["PATH_INFO"], {"new_password1": password, "new_password2": password})


def test_the_invitation_names_who_invites_the_site_and_the_user_name(invited, mailoutbox):
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["wang@example.org"], "您的“智慧宁波”账号")
    assert mail.body.startswith(
        "王小明，您好：\n\n李华为您开通了“智慧宁波”编辑后台的账号。您的用户名：wang\n\n请在这里设置密码：\n\n"
        "https://chronicle.example/admin/set-password/"
    )
    assert "72小时内有效" in mail.body
    assert invited.is_staff
    assert [group.name for group in invited.groups.all()] == [EDITORS]


def test_an_invited_account_cannot_log_in_before_and_can_after(invited, client, mailoutbox):
    for guess in ("", "wang", "!"):
        assert sign_in(client, user="wang", password=guess).status_code == 200
    answer = set_password(client, link_in(mailoutbox[0].body))
    assert answer.status_code == 302
    assert "现在可以用新密码登录" in client.get(answer["Location"]).content.decode()
    assert sign_in(client, user="wang", password=PASSWORD).status_code == 302


def test_a_link_is_used_once(invited, client, mailoutbox):
    link = link_in(mailoutbox[0].body)
    set_password(client, link)
    client.logout()
    page = client.get(link, follow=True).content.decode()
    assert "链接已失效" in page
    assert 'name="new_password1"' not in page


def test_a_link_ends_with_its_time(invited, client, settings):
    link = password_path(invited)
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "链接已失效" in client.get(link, follow=True).content.decode()


def test_a_link_ends_with_the_account(invited, client):
    link = password_path(invited)
    invited.is_active = False
    invited.save()
    assert "链接已失效" in client.get(link, follow=True).content.decode()


def test_a_login_makes_earlier_links_invalid(invited, client):
    link = password_path(invited)
    invited.last_login = timezone.now() + datetime.timedelta(seconds=5)
    invited.save()
    assert "链接已失效" in client.get(link, follow=True).content.decode()


def test_a_weak_password_is_refused(invited, client):
    answer = set_password(client, password_path(invited), "12345678")
    assert answer.status_code == 200
    assert "密码" in answer.content.decode()
    invited.refresh_from_db()
    assert not invited.has_usable_password()


def test_without_mail_an_invitation_queues_none(mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        invite(username="li", email="", last_name="", first_name="", groups=[], by=make_user())
    assert mailoutbox == []
