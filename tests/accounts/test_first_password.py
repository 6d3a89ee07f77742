"""A password that an administrator typed is changed by its owner at the first log-in."""

import pytest

from tests.factories import make_editor, make_user
from tests.logins import sign_in
from timeline.accounts.first_password import require_change
from timeline.models import AccountSettings

pytestmark = pytest.mark.django_db

CHANGE = "/admin/password_change/"
OLD, NEW = "erste-Wahl-1984", "宁波-一九八四-光网"


@pytest.fixture
def user():
    user = make_editor(username="wang", password=OLD)
    require_change(user)
    return user


def change(client, new=NEW):
    return client.post(CHANGE, {"old_password": OLD, "new_password1": new, "new_password2": new})


def test_every_page_leads_to_the_change_until_it_is_done(client, user):
    sign_in(client, user="wang", password=OLD)
    for address in ("/admin/", "/admin/timeline/policy/", "/admin/account/", "/admin/unknown/"):
        assert client.get(address)["Location"] == CHANGE
    assert client.post("/admin/timeline/policy/add/", {})["Location"] == CHANGE
    assert "这个密码是管理员设的" in client.get(CHANGE).content.decode()
    assert change(client).status_code == 302
    assert client.get("/admin/").status_code == 200
    assert not AccountSettings.objects.must_change_password().exists()


def test_a_change_that_is_refused_changes_nothing(client, user):
    sign_in(client, user="wang", password=OLD)
    assert change(client, "12345678").status_code == 200
    assert client.get("/admin/")["Location"] == CHANGE


def test_the_password_of_the_administrator_cannot_be_kept(client, user):
    sign_in(client, user="wang", password=OLD)
    page = change(client, OLD).content.decode()
    assert "这就是现在的密码，请另选一个。" in page
    assert client.get("/admin/")["Location"] == CHANGE


def test_public_pages_and_the_logout_stay_open(client, user):
    sign_in(client, user="wang", password=OLD)
    assert client.get("/policies/").status_code != 302
    assert client.post("/admin/logout/").status_code == 200


def test_others_are_not_asked(client):
    make_user(username="li", password=OLD, is_staff=True)
    sign_in(client, user="li", password=OLD)
    assert client.get("/admin/").status_code == 200
