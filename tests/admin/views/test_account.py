"""The page of one's own account."""

import pytest
from django.contrib.auth.models import Group

from tests.factories import make_chronicle, make_user
from timeline.accounts.roles import EDITORS, set_up_groups
from timeline.models import AccountSettings

pytestmark = pytest.mark.django_db

PAGE = "/admin/account/"


@pytest.fixture
def user(client):
    set_up_groups()
    user = make_user(
        username="wang", last_name="王", first_name="小明", email="wang@example.org", is_staff=True
    )
    user.groups.add(Group.objects.get(name=EDITORS))
    client.force_login(user)
    return user


def test_it_says_who_one_is_and_is_linked_from_every_page(client, user):
    page = client.get(PAGE).content.decode()
    for words in ("王小明", "wang@example.org", EDITORS, "未启用", f'href="{PAGE}">我的账号'):
        assert words in page


def test_a_choice_is_saved_for_oneself_only(client, user, mail_on):
    other = make_user()
    answer = client.post(PAGE, {"delivery": "digest", "language": "en", "user": other.pk})
    assert answer["Location"] == PAGE
    (settings,) = AccountSettings.objects.all()
    assert (settings.user, settings.delivery, settings.language) == (user, "digest", "en")
    assert "已保存您的选择" in client.get(PAGE).content.decode()


def test_english_is_offered_where_the_chronicle_has_pages_in_it(client, user):
    chronicle = make_chronicle()
    assert '<option value="en"' in client.get(PAGE).content.decode()
    chronicle.english_pages = False
    chronicle.save()
    assert '<option value="en"' not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"delivery": "digest", "language": "en"}).status_code == 200
    assert not AccountSettings.objects.exists()


def test_a_choice_forgets_no_password_that_must_be_changed(client, user):
    AccountSettings.objects.create(user=user, must_change_password=True)
    client.post(PAGE, {"delivery": "none", "language": "zh-hans", "must_change_password": ""})
    assert AccountSettings.objects.get().must_change_password


def test_an_unknown_choice_is_refused(client, user):
    assert client.post(PAGE, {"delivery": "weekly", "language": "zh-hans"}).status_code == 200
    assert not AccountSettings.objects.exists()


def test_nothing_is_promised_without_mail_or_address(client, user, settings):
    assert "本站没有设置邮件服务器，不发送邮件。" in client.get(PAGE).content.decode()
    settings.HAS_MAIL = True
    assert "没有设置邮件服务器" not in client.get(PAGE).content.decode()
    user.email = ""
    user.save()
    assert "您的账号没有填写电子邮箱，收不到邮件。" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_it_is_for_those_who_are_logged_in_to_the_admin(client, method):
    assert getattr(client, method)(PAGE)["Location"].startswith("/admin/login/")
    client.force_login(make_user())
    assert getattr(client, method)(PAGE)["Location"].startswith("/admin/login/")
