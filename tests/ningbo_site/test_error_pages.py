"""Error pages use the site's templates and the language of the address, and need no database."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import translation
from django.utils.translation import gettext as _

from ningbo_site.error_pages import permission_denied, server_error
from tests.copies import make_member
from tests.factories import make_chronicle, make_milestone, make_user
from tests.logins import sign_in
from tests.pages import page
from tests.sqlite_files import in_a_file, somebody_writing
from timeline.accounts.roles import EDITORS, REVIEWERS
from timeline.public.views.front import About

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/nowhere/", "/policies/无/", "/policies/x/", "/policies/" + "a" * 500 + "/"]
)
def test_an_unknown_address_gets_our_own_page(client, address):
    assert "未找到该页面" in page(client, address, status=404)


def test_the_error_page_needs_no_database():
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "页面暂时无法显示" in response.content.decode()


def test_every_error_page_has_the_search(client):
    failed = server_error(RequestFactory().get("/")).content.decode()
    for text in (failed, page(client, "/nowhere/", status=404), page(client, "/?q=%00", status=400)):
        assert '<form class="search__form" action="/#list" method="get">' in text


@pytest.mark.parametrize("address", ["/?q=%00", "/topics/%00/"])
def test_a_nul_in_an_address_is_refused_on_a_page_of_ours(client, address):
    response = client.get(address)
    assert response.status_code == 400
    assert "无法处理这一请求" in response.content.decode()


def test_a_form_from_elsewhere_is_refused_on_a_page_of_ours():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "a", "password": "b"})
    assert response.status_code == 403
    assert "表单已失效" in response.content.decode()


def test_who_lacks_a_permission_of_the_admin_learns_whose_task_it_is_and_finds_the_way_back():
    client, entry = Client(), make_milestone()
    client.force_login(make_member(EDITORS))
    for response in (
        client.get(f"/admin/timeline/milestone/verb/publish/?ids={entry.pk}"),
        client.post(f"/admin/timeline/milestone/{entry.pk}/change/", {"_transition": "publish"}),
    ):
        assert response.status_code == 403
        text = response.content.decode()
        assert REVIEWERS in text
        assert '<a href="/admin/">' in text


def test_a_refusal_names_the_site_and_leads_to_it():
    make_chronicle(title="智慧宁波", title_en="Smart Ningbo", published=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(is_staff=True))
    for response in (client.get("/admin/auth/user/"), client.post("/admin/timeline/topic/add/")):
        assert response.status_code == 403
        assert '<p class="masthead__name"><a href="/">智慧宁波</a></p>' in response.content.decode()
    with translation.override("en"):
        page = permission_denied(RequestFactory().get("/admin/auth/user/"), PermissionDenied())
    assert ">Smart Ningbo</a></p>" in page.content.decode()


def test_a_failure_has_the_way_to_the_timeline_without_the_database():
    request = RequestFactory().get("/admin/timeline/topic/")
    text = server_error(request).content.decode()
    for link in ('<a href="/">', '<a href="/admin/">'):
        assert link in text


def test_a_form_that_is_forbidden_by_now_is_not_offered_again():
    client, entry = Client(), make_milestone()
    client.force_login(make_user(is_staff=True))
    form = f"/admin/timeline/milestone/{entry.pk}/change/"
    response = client.post(form, {"title": "写了一半"})
    assert response.status_code == 403
    text = response.content.decode()
    assert f'data-draft-form="{form}"' in text
    assert f'href="{form}"' not in text
    assert '<a href="/admin/">' in text


def test_a_host_that_is_not_ours_gets_no_page(client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "无法处理这一请求" in response.content.decode()


@pytest.mark.parametrize(
    ("prefix", "tag", "missing", "unusable"),
    [
        ("", "zh-Hans", "未找到该页面", "无法处理这一请求"),
        ("/zh-hant", "zh-Hant", "未找到該頁面", "無法處理這一請求"),
        ("/en", "en", "There is no page at this address", "The request cannot be understood"),
    ],
)
def test_pages_of_errors_are_in_the_language_of_the_address(client, prefix, tag, missing, unusable):
    for response, words in [
        (client.get(f"{prefix}/nowhere/"), missing),
        (client.get(f"{prefix}/?q=%00"), unusable),
        (client.get(f"{prefix}/", headers={"host": "elsewhere.example"}), unusable),
    ]:
        assert words in response.content.decode()
        assert f'<html lang="{tag}">' in response.content.decode()
        assert response["Content-Language"] == tag


@pytest.mark.expected_server_error
def test_a_failure_of_ours_is_told_in_the_language_of_the_address(monkeypatch):
    monkeypatch.setattr(About, "get_context_data", lambda self, **kwargs: 1 // 0)
    client = Client(raise_request_exception=False)
    for prefix, words in [
        ("", "页面暂时无法显示"),
        ("/zh-hant", "頁面暫時無法顯示"),
        ("/en", "cannot be shown"),
    ]:
        response = client.get(f"{prefix}/about/")
        assert response.status_code == 500
        assert words in response.content.decode()


@pytest.fixture
def locked(tmp_path, settings):
    """A database that somebody else writes to, beside which a job gives signs of life."""
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite locks the whole database.")
    settings.JOB_FOLDER = tmp_path / "jobs"
    settings.JOB_FOLDER.mkdir()
    path = tmp_path / "site.sqlite3"
    make_user(username="wang", password="ningbo", is_staff=True)
    with in_a_file(path), somebody_writing(path):
        yield settings.JOB_FOLDER


@pytest.mark.django_db(transaction=True)
@pytest.mark.expected_server_error
@pytest.mark.usefixtures("english")
def test_a_login_while_a_large_import_locks_the_database_is_asked_to_come_back(locked):
    client = Client(raise_request_exception=False)
    (locked / "a.rows").touch()
    response = sign_in(client, "wang", "ningbo")
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    text = response.content.decode()
    with translation.override("zh-hans"):
        assert _("Until it is done, nobody can log in. Please log in again in a few minutes.") in text
    assert 'href="/admin/login/"' in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.expected_server_error
@pytest.mark.usefixtures("english")
def test_a_login_while_a_large_import_is_undone_is_told_of_that_and_of_no_import(locked):
    (locked / "a.undo.rows").touch()
    text = sign_in(Client(raise_request_exception=False), "wang", "ningbo").content.decode()
    with translation.override("zh-hans"):
        assert (
            _("Until the import is undone, nobody can log in. Please log in again in a few minutes.") in text
        )
        assert _("Until it is done, nobody can log in. Please log in again in a few minutes.") not in text


@pytest.mark.django_db(transaction=True)
@pytest.mark.expected_server_error
def test_without_an_import_a_locked_database_is_only_busy(locked):
    client = Client(raise_request_exception=False)
    response = sign_in(client, "wang", "ningbo")
    assert (response.status_code, response["Retry-After"]) == (503, "10")


@pytest.mark.django_db(transaction=True)
def test_public_pages_are_served_while_the_database_is_locked(locked):
    assert Client().get("/about/").status_code == 200
    assert Client().get("/admin/login/").status_code == 200
