"""What was typed at the desk and refused on its way is kept for who typed it, and sent on by a button."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import factories as make
from tests.test_desk_history import address, conflict, fields_of, opened, save
from tests.test_people import code_of, wrong_code
from timeline import history
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db

INDEX, LOGIN, SECOND = "/admin/", "/admin/login/", "/admin/second-factor/"


@pytest.fixture
def zhou():
    return make.make_editor(username="zhou", password="right")


@pytest.fixture
def typed(zhou):
    """A form as it was opened while the login was good, with what was then typed."""
    desk = Client()
    desk.force_login(zhou)
    return fields_of(desk.get(address("add")).content.decode()) | {
        "title": "没有丢的题名",
        "body": "一段\r\n长文",
    }


def kept_in(response):
    return fields_of(response.content.decode())["_kept"]


def sign_in(client, kept, user="zhou", password="right"):
    return client.post(LOGIN, {"username": user, "password": password, "_kept": kept})


def is_asked_to_send(response, where):
    return f'action="{where}"' in response.content.decode()


def tokened(client, where=LOGIN):
    page = client.get(where).content.decode()
    return re.search(r'csrfmiddlewaretoken" value="([^"]*)', page)[1]


# A lapsed login


def test_the_page_before_the_button_shows_where_it_goes_in_whose_name_and_what(client, typed):
    asked = client.post(address("add"), typed)
    assert asked.status_code == 403
    assert "no-store" in asked["Cache-Control"]
    page = sign_in(client, kept_in(asked)).content.decode()
    assert f"<code>{address('add')}</code>" in page
    assert "zhou" in page
    assert "<dd>没有丢的题名</dd>" in page
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("tag", "data"),
    [
        ("verb", {"ids": "1", "note": "长说明"}),
        ("restore", {"why": "长说明"}),
        ("publish_copy", {"why": "长说明"}),
        ("conflict", {"_base": "x", "_mine": "y", "why": "长说明"}),
        ("delete", {"post": "yes", "why": "长说明"}),
        ("changelist", {"action": "submit", "_selected_action": ["1", "2"], "why": "长说明"}),
    ],
)
def test_every_form_of_the_desk_is_kept(client, zhou, tag, data):
    args = {"verb": ["submit"], "restore": [1, 1], "changelist": []}.get(tag, [1])
    page = sign_in(client, kept_in(client.post(address(tag, *args), data)))
    assert is_asked_to_send(page, address(tag, *args))
    assert "<dd>长说明</dd>" in page.content.decode()


def test_a_decision_between_two_texts_outlives_a_lapsed_login(zhou):
    desk = Client()
    desk.force_login(zhou)
    entry = make.make_milestone(title="原题")
    form = fields_of(conflict(desk, entry, {"title": "对方的题"}, {"title": "我的题"}).content.decode())
    desk.cookies.pop("sessionid")
    asked = desk.post(address("conflict", entry.pk), form | {"take-title": "mine"})
    page = sign_in(desk, kept_in(asked)).content.decode()
    assert desk.post(address("conflict", entry.pk), fields_of(page)).status_code == 302
    assert Milestone.objects.get().title == "我的题"


@pytest.mark.parametrize(
    ("where", "data"),
    [
        (
            "/admin/password_change/",
            {"old_password": "o", "new_password1": "geheim", "new_password2": "geheim"},
        ),
        ("/admin/auth/user/1/password/", {"password1": "geheim", "password2": "geheim"}),
        ("/admin/auth/user/add/", {"username": "x", "password1": "geheim", "password2": "geheim"}),
        (SECOND, {"code": "geheim"}),
    ],
)
def test_nothing_of_accounts_is_ever_kept(client, where, data):
    answer = client.post(where, data)
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path == LOGIN


def test_a_file_is_asked_for_once_more_and_the_rest_is_kept(client, typed):
    asked = client.post(address("add"), typed | {"file": SimpleUploadedFile("政策.yaml", b"- slug: a")})
    page = sign_in(client, kept_in(asked)).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert "政策.yaml" in page
    assert '<input type="file" name="file">' in page
    assert "没有丢的题名" in page


def test_what_is_carried_cannot_be_forged(client, zhou):
    for forged in ("", "eyJ9", "中文:中:文"):
        assert sign_in(client, forged, password="wrong").status_code == 200
    answer = sign_in(client, "forged")
    assert answer.status_code == 302


# The lockout


def test_a_wrong_password_counts_once_and_the_text_outlives_the_lock(client, typed, settings):
    settings.AXES_ENABLED = True
    kept = kept_in(client.post(address("add"), typed))
    for _number in range(4):
        answer = sign_in(client, kept, password="wrong")
        assert answer.status_code == 200
        assert "请输入" in answer.content.decode()
        kept = kept_in(answer)
    locked = sign_in(client, kept, password="wrong")
    assert locked.status_code == 429
    assert AccessAttempt.objects.get().failures_since_start == 5
    AccessAttempt.objects.all().delete()
    form = fields_of(locked.content.decode())
    assert set(form) == {"_kept"}
    asked = client.post(LOGIN, form)
    assert is_asked_to_send(sign_in(client, kept_in(asked)), address("add"))


def test_what_is_carried_is_not_written_down_with_a_failure(client, typed, settings):
    settings.AXES_ENABLED = True
    kept = kept_in(client.post(address("add"), typed))
    sign_in(client, kept, password="wrong")
    assert kept[:20] not in AccessAttempt.objects.get().post_data


# The second factor


@pytest.fixture
def paired(zhou):
    return TOTPDevice.objects.create(user=zhou, confirmed=True, name="验证器")


def test_with_a_second_factor_the_text_is_carried_through_the_code_as_well(client, typed, paired):
    kept = kept_in(client.post(address("add"), typed))
    asked = sign_in(client, kept)
    assert "六位数字" in asked.content.decode()
    assert "没有丢的题名" not in asked.content.decode()
    wrong = client.post(SECOND, {"code": wrong_code(paired), "_kept": kept_in(asked)})
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    page = client.post(SECOND, {"code": code_of(paired), "_kept": kept_in(wrong)})
    assert is_asked_to_send(page, address("add"))
    assert client.post(address("add"), fields_of(page.content.decode())).status_code == 302
    assert Milestone.objects.get().body == "一段\n长文"


def test_a_form_sent_while_a_code_is_owed_is_kept_until_it_is_given(client, zhou, typed, paired):
    client.force_login(zhou)
    asked = client.post(address("add"), typed)
    assert asked.status_code == 403
    page = client.post(SECOND, {"code": code_of(paired), "_kept": kept_in(asked)})
    assert is_asked_to_send(page, address("add"))
    assert not Milestone.objects.exists()


def test_a_code_given_in_another_tab_is_not_asked_for_again(client, zhou, typed, paired):
    client.force_login(zhou)
    asked = client.post(address("add"), typed)
    client.post(SECOND, {"code": code_of(paired)})
    page = client.post(SECOND, {"code": "", "_kept": kept_in(asked)})
    assert is_asked_to_send(page, address("add"))


def test_who_has_to_pair_an_authenticator_first_sees_the_backup_codes_and_keeps_the_text(
    client, typed, settings
):
    settings.REQUIRE_SECOND_FACTOR = True
    asked = sign_in(client, kept_in(client.post(address("add"), typed)))
    device = TOTPDevice.objects.get()
    codes = client.post(SECOND, {"code": code_of(device), "_kept": kept_in(asked)})
    assert len(re.findall(r"<code>(\w{8})</code>", codes.content.decode())) == 10
    assert is_asked_to_send(client.post(SECOND, {"_kept": kept_in(codes)}), address("add"))


# The token of an older login


@pytest.fixture
def strict(zhou):
    """A browser logged in a second time, in another tab, and the form that was opened before."""
    browser = Client(enforce_csrf_checks=True)

    def log_in():
        given = {"username": "zhou", "password": "right", "csrfmiddlewaretoken": tokened(browser)}
        assert browser.post(LOGIN, given).status_code == 302

    log_in()
    page = browser.get(address("add")).content.decode()
    form = fields_of(page) | {"title": "旧标签页里的题名"}
    form["csrfmiddlewaretoken"] = re.search(r'csrfmiddlewaretoken" value="([^"]*)', page)[1]
    browser.cookies.pop("sessionid")
    log_in()
    return browser, form


def test_a_form_of_an_older_login_is_shown_and_saved_only_by_the_button(strict):
    browser, form = strict
    answer = browser.post(address("add"), form)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert is_asked_to_send(answer, address("add"))
    assert "<dd>旧标签页里的题名</dd>" in page
    assert not Milestone.objects.exists()
    again = fields_of(page) | {
        "csrfmiddlewaretoken": re.search(r'csrfmiddlewaretoken" value="([^"]*)', page)[1]
    }
    assert browser.post(address("add"), again).status_code == 302
    assert Milestone.objects.get().title == "旧标签页里的题名"


@pytest.mark.parametrize("header", ["Origin", "Referer"])
def test_a_form_from_another_site_is_refused_without_a_button(strict, header):
    browser, form = strict
    answer = browser.post(address("add"), form, headers={header: "https://elsewhere.example/"})
    assert answer.status_code == 403
    assert "旧标签页里的题名" not in answer.content.decode()
    assert "_kept" not in answer.content.decode()


def test_a_form_of_another_page_than_the_desks_is_refused_as_ever(strict):
    browser, form = strict
    for where in ("/admin/password_change/", "/admin/auth/user/add/", LOGIN):
        answer = browser.post(where, form)
        assert answer.status_code == 403
        assert "旧标签页里的题名" not in answer.content.decode()


def test_a_form_of_an_older_login_that_has_lapsed_too_asks_for_the_login(strict):
    browser, form = strict
    browser.cookies.pop("sessionid")
    answer = browser.post(address("add"), form, headers={"Origin": "http://testserver"})
    assert "_kept" in fields_of(answer.content.decode())


def test_a_login_given_in_another_tab_is_not_asked_for_again(strict, typed):
    browser, _form = strict
    kept = kept_in(Client().post(address("add"), typed))
    answer = browser.post(LOGIN, {"username": "zhou", "password": "right", "_kept": kept})
    assert is_asked_to_send(answer, address("add"))


# Whose it is


def lapse():
    Session.objects.update(expire_date=timezone.now() - datetime.timedelta(days=1))


def deactivate():
    User.objects.filter(username="zhou").update(is_active=False)


def change_password():
    user = User.objects.get(username="zhou")
    user.set_password("another")
    user.save()


@pytest.mark.parametrize("end", [lapse, deactivate, change_password])
def test_no_other_account_is_shown_what_the_session_knows_to_be_of_one(client, zhou, typed, end):
    make.make_editor(username="wang", password="right")
    client.force_login(zhou)
    end()
    asked = client.post(address("add"), typed)
    assert asked.status_code == 403
    answer = sign_in(client, kept_in(asked), user="wang")
    assert answer["Location"] == INDEX
    page = client.get(INDEX).content.decode()
    assert "没有丢的题名" not in page
    assert '<li class="warning">' in page


def test_who_typed_it_goes_on_after_the_session_has_run_out(client, zhou, typed):
    client.force_login(zhou)
    lapse()
    assert is_asked_to_send(sign_in(client, kept_in(client.post(address("add"), typed))), address("add"))


def test_where_no_session_tells_whoever_signs_in_next_on_that_page_goes_on(client, typed):
    wang = make.make_editor(username="wang", password="right")
    page = sign_in(client, kept_in(client.post(address("add"), typed)), user="wang")
    assert client.post(address("add"), fields_of(page.content.decode())).status_code == 302
    assert Revision.objects.of(Milestone.objects.get()).get().by == wang


def test_who_does_not_work_at_the_desk_is_handed_nothing(client, typed):
    client.force_login(make.make_user())
    answer = client.post(address("add"), typed)
    assert answer.status_code == 302
    assert urlsplit(answer["Location"]).path == LOGIN


def test_a_working_copy_is_published_after_a_lapsed_login(client, zhou):
    entry = make.make_milestone(title="公开的", published=True)
    client.force_login(zhou)
    save(client, entry, opened(client, entry), title="修订的")
    form = fields_of(client.get(address("publish_copy", entry.pk)).content.decode()) | {"why": "核对过"}
    client.cookies.pop("sessionid")
    page = sign_in(client, kept_in(client.post(address("publish_copy", entry.pk), form)))
    client.post(address("publish_copy", entry.pk), fields_of(page.content.decode()))
    assert Milestone.objects.get().title == "修订的"
    assert history.working_copy(entry) is None
