"""A new password by mail: the same answer for every address, limits, and the second factor as before."""

import datetime

import pytest
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests.factories import make_user
from tests.logins import sign_in
from tests.mails import link_in, make_staff
from timeline.accounts.first_password import require_change
from timeline.accounts.mail import password_path
from timeline.accounts.password_reset import MAX_PER_EMAIL
from timeline.models import AccountSettings, PasswordResetRequest

pytestmark = pytest.mark.django_db

PAGE = "/admin/password-reset/"
PASSWORD = "宁波-一九八四-光网"


@pytest.fixture
def ask(client, mail_on, mailoutbox, django_capture_on_commit_callbacks):
    """A function that asks for a link and returns the response; the mails are in `mailoutbox`."""

    def run(email="wang@example.org", **kw):
        with django_capture_on_commit_callbacks(execute=True):
            return client.post(PAGE, {"email": email}, **kw)

    return run


@pytest.fixture
def user():
    return make_staff("wang", last_name="王", first_name="小明")[0]


def test_the_login_leads_to_it(client, user):
    assert PAGE in client.get("/admin/login/").content.decode()


def test_without_mail_the_page_says_so_and_takes_nothing(client, user):
    page = client.get(PAGE).content.decode()
    assert "本站不发送邮件。请向管理员索取设置新密码的链接。" in page
    assert 'name="email"' not in page
    assert client.post(PAGE, {"email": user.email}).status_code == 200
    assert not PasswordResetRequest.objects.exists()


def test_the_link_sets_a_new_password(ask, client, user, mailoutbox):
    assert ask("WANG@example.org")["Location"] == f"{PAGE}sent/"
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["wang@example.org"], "重设密码")
    assert mail.body.startswith("王小明（用户名：wang），您好：\n\n有人（应该是您本人）申请重设密码。")
    page = client.get(link_in(mail.body), follow=True)
    assert "您的用户名是wang" in page.content.decode()
    client.post(page.request["PATH_INFO"], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert sign_in(client, user="wang", password=PASSWORD).status_code == 302


@pytest.mark.parametrize("email", ["nobody@example.org", "former@example.org", "reader@example.org"])
def test_the_answer_is_the_same_where_no_account_has_the_address(
    ask, user, mailoutbox, email, django_assert_num_queries
):
    make_user(username="former", email="former@example.org", is_staff=True, is_active=False)
    make_user(username="reader", email="reader@example.org")
    known, unknown = ask(), ask(email)
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [mail.to for mail in mailoutbox] == [["wang@example.org"]]


def test_a_request_does_as_much_for_an_unknown_address_as_for_a_known_one(
    client, mail_on, user, django_assert_num_queries
):
    for email in ("wang@example.org", "nobody@example.org"):
        with django_assert_num_queries(2):  # The limit, and the row. The rest follows in the background.
            client.post(PAGE, {"email": email})


def test_nobody_is_flooded_with_links(ask, user, mailoutbox):
    for _number in range(MAX_PER_EMAIL + 2):
        assert ask().status_code == 302
    assert len(mailoutbox) == MAX_PER_EMAIL


def test_an_address_may_ask_as_often_as_it_may_fail_to_log_in(ask, settings, user, mailoutbox):
    settings.LOGIN_FAILURES_PER_ADDRESS = 2
    assert [ask(f"{number}@example.org").status_code for number in range(3)] == [302, 302, 429]
    assert ask(REMOTE_ADDR="203.0.113.7").status_code == 302


def test_the_limits_end_with_the_time_of_a_lockout(ask, settings, user, mailoutbox):
    settings.LOGIN_FAILURES_PER_ADDRESS = 1
    ask()
    PasswordResetRequest.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=16))
    assert ask().status_code == 302
    assert PasswordResetRequest.objects.count() == 1


def test_a_new_password_does_not_replace_the_second_factor(ask, client, user, mailoutbox):
    TOTPDevice.objects.create(user=user, confirmed=True, name="x")
    ask()
    page = client.get(link_in(mailoutbox[0].body), follow=True)
    client.post(page.request["PATH_INFO"], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    sign_in(client, user="wang", password=PASSWORD)
    assert client.get("/admin/")["Location"].startswith("/admin/second-factor/")


def test_who_sets_a_password_by_a_link_need_not_change_it_again(client, user):
    require_change(user)
    page = client.get(password_path(user), follow=True)
    client.post(page.request["PATH_INFO"], {"new_password1": PASSWORD, "new_password2": PASSWORD})
    assert not AccountSettings.objects.must_change_password().exists()


def test_the_pages_are_not_cached(client, mail_on):
    for address in (PAGE, f"{PAGE}sent/", "/admin/set-password/x/y/", "/admin/set-password/done/"):
        response = client.get(address)
        assert response.status_code == 200
        assert "public" not in response.get("Cache-Control", "")
