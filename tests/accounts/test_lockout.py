"""The lockout after repeated failed logins."""

import re
from urllib.parse import urlencode

import pytest
from axes.models import AccessAttempt
from django.test import Client, RequestFactory
from django.urls import reverse

from tests import factories as make
from tests.logins import fail, sign_in
from timeline.accounts.lockout import client_ip

pytestmark = pytest.mark.django_db

SECOND = "/admin/second-factor/"
INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:")


@pytest.fixture
def editor():
    return make.make_editor(username="editor", password="right")


@pytest.fixture
def lockout(settings):
    settings.AXES_ENABLED = True
    return settings


def test_five_failures_lock_the_login_with_a_page_of_ours(client, lockout):
    make.make_user(username="editor", password="right", is_staff=True)
    assert fail(client, 5) == [200, 200, 200, 200, 429]
    response = sign_in(client, password="right")
    page = response.content.decode()
    assert response.status_code == 429
    assert "登录已暂时锁定" in page
    assert "请在15分钟后再试" in page
    assert response["Retry-After"] == "900"
    assert not INLINE.search(page)
    assert "style-src 'self'" in response["Content-Security-Policy"]


def test_the_lock_ends_by_itself_and_trying_meanwhile_does_not_make_it_longer(client, lockout):
    make.make_user(username="editor", password="right", is_staff=True)
    fail(client, 7)
    attempt = AccessAttempt.objects.get()
    assert attempt.failures_since_start == 5
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - lockout.AXES_COOLOFF_TIME)
    assert sign_in(client, password="right").status_code == 302


def test_a_success_forgets_the_failures_before_it(client, lockout):
    make.make_user(username="editor", password="right", is_staff=True)
    fail(client, 4)
    assert sign_in(client, password="right").status_code == 302
    assert not AccessAttempt.objects.exists()
    assert fail(client, 4) == [200] * 4


@pytest.mark.parametrize("onward", ["//evil.example/", "https://evil.example/", "javascript:alert(1)"])
def test_a_log_in_that_is_to_lead_to_another_site_leads_to_the_admin(client, onward):
    make.make_editor(username="zhou", password="right")
    answer = client.post(
        f"{reverse('admin:login')}?{urlencode({'next': onward})}", {"username": "zhou", "password": "right"}
    )
    assert answer["Location"] == reverse("admin:index")


def test_neither_another_account_nor_another_address_is_locked_with_it(client, lockout):
    for name in ("editor", "colleague"):
        make.make_user(username=name, password="right", is_staff=True)
    fail(client, 5)
    assert sign_in(client, user="colleague", password="right").status_code == 302
    client.logout()
    assert sign_in(client, password="right", REMOTE_ADDR="203.0.113.9").status_code == 302


def test_no_password_is_kept_of_a_failure(client, lockout):
    sign_in(client, password="almost-right")
    kept = AccessAttempt.objects.values().get()
    assert "almost-right" not in str(kept)


@pytest.mark.parametrize(
    ("remote", "forwarded", "behind_proxy", "expected"),
    [
        ("198.51.100.1", "203.0.113.7", False, "198.51.100.1"),
        ("10.0.0.1", "203.0.113.7", True, "203.0.113.7"),
        ("10.0.0.1", "1.2.3.4, 203.0.113.7", True, "203.0.113.7"),
        ("10.0.0.1", "", True, "10.0.0.1"),
        ("10.0.0.1", "nonsense", True, "10.0.0.1"),
        ("::ffff:203.0.113.7", "", False, "203.0.113.7"),
        ("2001:db8:1:2:aaaa::1", "", False, "2001:db8:1:2::"),
        ("", "", False, None),
    ],
)
def test_failures_count_for_the_address_that_nobody_can_invent(
    settings, remote, forwarded, behind_proxy, expected
):
    settings.BEHIND_PROXY = behind_proxy
    request = RequestFactory(REMOTE_ADDR=remote).get("/", headers={"X-Forwarded-For": forwarded})
    assert client_ip(request) == expected


def test_behind_a_proxy_an_invented_address_does_not_escape_the_lock(client, lockout):
    lockout.BEHIND_PROXY = True
    codes = [
        sign_in(client, headers={"X-Forwarded-For": f"192.0.2.{number}, 203.0.113.7"}).status_code
        for number in range(5)
    ]
    assert codes[-1] == 429


def test_many_names_from_one_address_are_refused_before_a_password_is_looked_at(
    client, editor, lockout, settings
):
    settings.LOGIN_FAILURES_PER_ADDRESS = 7
    for number in range(7):
        assert sign_in(client, f"name-{number}", password="guess").status_code == 200
    rows = AccessAttempt.objects.count()
    for number in range(20):
        refused = sign_in(client, f"another-{number}", password="guess")
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
    # The correct password is not checked either, and no more attempts are stored.
    assert sign_in(client, password="right").status_code == 429
    assert AccessAttempt.objects.count() == rows


def test_nobody_is_locked_out_by_what_another_address_does(client, editor, lockout, settings):
    settings.LOGIN_FAILURES_PER_ADDRESS = 7
    for number in range(10):
        sign_in(client, f"name-{number}", password="guess")
    for _time in range(10):
        sign_in(client, password="guess")
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert sign_in(elsewhere, password="right").status_code == 302
