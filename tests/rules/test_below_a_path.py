"""A site below a path of its host (FORCE_SCRIPT_NAME): every link, file, redirect, cookie, feed and sitemap stays below it."""

import html
import re
from urllib.parse import urldefrag, urljoin

import pytest
from django.conf import settings as site_settings
from django.contrib.staticfiles import finders
from django.core.cache import caches
from django.urls import set_script_prefix

from tests.factories import make_editor
from timeline.accounts import mail

PREFIX, HOST = "/history", "http://testserver"
# An address on this site: absolute, or an attribute or a field of JSON that begins with a slash.
ADDRESS = re.compile(rf"""{HOST}[^\s"'<>,\\)]*|(?<==")/[^"]*|(?<=":\ ")/[^"]*""")
# Places in the data of a page that are no addresses.
DATA = re.compile(r'(?:data-(?!url|src|href|address)[a-z-]+|d|value|title|placeholder)="/[^"]*"')

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.usefixtures("module_world")]


@pytest.fixture(autouse=True)
def below(settings):
    settings.FORCE_SCRIPT_NAME = PREFIX
    settings.STATIC_URL = f"{PREFIX}/static/"
    # As the server does for each request; the client of tests does not.
    set_script_prefix(PREFIX)
    settings.SESSION_COOKIE_PATH = settings.CSRF_COOKIE_PATH = f"{PREFIX}/"
    for cache in caches.all():
        cache.clear()
    yield
    set_script_prefix("/")
    for cache in caches.all():
        cache.clear()


def addresses_in(response):
    """Return the addresses on this site that an answer names."""
    content = response.getvalue()
    response.close()
    media_type = response.headers["Content-Type"]
    if not re.match(r"text/|image/svg|application/(?:\S+\+)?(?:xml|json)\b", media_type):
        return set()
    found = ADDRESS.findall(DATA.sub("", content.decode()))
    # A reference ends with a full stop.
    return {html.unescape(one).rstrip(".") for one in found if not one.startswith("//")}


def outside(found):
    # The address without a slash is that of the front page, to which the proxy leads on.
    return {one for one in found if not f"{one.removeprefix(HOST)}/".startswith(f"{PREFIX}/")}


def asked(client, address):
    """Return the answer at an address of a page, as the proxy passes the request on."""
    path = urldefrag(address).url.removeprefix(HOST).removeprefix(PREFIX)
    if path.startswith("/static/"):
        assert finders.find(path.removeprefix("/static/")), address
        return None
    return client.get(path or "/")


def walk(client, starts, limit):
    """Ask for what the starts lead to, and return what leads out or to nothing."""
    waiting, seen, wrong = list(starts), set(starts), {}
    while waiting and len(seen) < limit:
        address = waiting.pop(0)
        response = asked(client, address)
        if response is None:
            continue
        if response.status_code in (301, 302):
            found = {urljoin(f"{HOST}{PREFIX}/", response.headers["Location"])}
        elif response.status_code == 200:
            found = addresses_in(response)
        else:
            wrong[address] = response.status_code
            continue
        for cookie in response.cookies.values():
            assert cookie["path"].startswith(f"{PREFIX}/"), (address, cookie)
        if out := outside(found):
            wrong[address] = out
        for one in sorted(found - seen):
            # One page of each list by conditions is enough.
            if not re.search(r"[?&](?!page=2\b)", one):
                seen.add(one)
                waiting.append(one)
    return wrong, seen


MACHINES = ("/robots.txt", "/sitemap.xml", "/feed/", "/feed.json", "/en/feed/", "/en/feed.json", "/table.csv")


@pytest.mark.long
def test_public_pages_feeds_and_sitemaps_stay_below_the_path(client):
    starts = [
        f"{PREFIX}{path}" for path in ("/", "/en/", "/zh-hant/", "/.well-known/security.txt", *MACHINES)
    ]
    wrong, seen = walk(client, starts, 400)
    assert wrong == {}
    assert len(seen) > 100
    assert any("/static/" in one for one in seen)


def test_pages_of_the_admin_stay_below_the_path(client):
    client.force_login(make_editor())
    starts = [
        f"{PREFIX}/admin/",
        f"{PREFIX}/admin/timeline/policy/add/",
        f"{PREFIX}/admin/timeline/importbatch/upload/",
    ]
    wrong, seen = walk(client, starts, 60)
    assert wrong == {}
    assert len(seen) > 40


def test_an_error_page_leads_back_to_the_site(client):
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert outside(addresses_in(response)) == set()


def test_redirects_stay_below_the_path(client, module_world):
    policy = module_world.entries[0]
    for path in (f"/policies/{policy.slug}", "/?q=", "/en", "/admin/timeline/policy/"):
        location = client.get(path).headers["Location"]
        assert location.removeprefix(HOST).startswith(f"{PREFIX}/"), path


def test_cookies_belong_to_the_path(client):
    answer = client.get("/admin/login/")
    assert answer.cookies["csrftoken"]["path"] == f"{PREFIX}/"


def test_who_is_refused_in_the_admin_is_led_back_to_it(client):
    client.force_login(make_editor())
    page = client.get("/admin/auth/user/").content.decode()
    assert f'href="{PREFIX}/admin/"' in page


def test_a_thread_without_a_request_makes_links_below_the_path():
    set_script_prefix("/")
    links = []
    mail._run(lambda: links.append(mail.reverse("admin:index")))
    assert links == [f"{PREFIX}/admin/"]


def test_whitenoise_looks_for_files_as_the_proxy_asks_for_them():
    assert site_settings.WHITENOISE_STATIC_PREFIX == "/static/"


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("/EN/", "/en/"),
        ("/zh-cn/goals/", "/goals/"),
        ("/policies/", "/?kind=policy#list"),
        ("/About/", "/about/"),
        ("/goals", "/goals/"),
    ],
)
def test_guessed_addresses_are_corrected_below_the_path(client, address, meant):
    answer = client.get(address, SCRIPT_NAME=PREFIX)
    assert (answer.status_code, answer.get("Location")) == (301, f"{PREFIX}{meant}")
