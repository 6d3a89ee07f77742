"""robots.txt, favicon.ico and security.txt; the colours, the logo and the icons of the chronicle."""

import datetime
import re
import struct
import urllib.robotparser

import pytest
from django.test.utils import override_script_prefix
from django.utils import timezone

from tests import factories as make
from tests.files import MARK
from timeline.public.views.site_files import FAVICON
from timeline.values.logo import Logo

pytestmark = pytest.mark.django_db
SECURITY = "/.well-known/security.txt"


def fields(response):
    assert (response.status_code, response["Content-Type"]) == (200, "text/plain; charset=utf-8")
    return [line.split(": ", 1) for line in response.content.decode().splitlines() if line]


def test_robots_may_read_pages_and_find_the_sitemap(client):
    response = client.get("/robots.txt")
    assert fields(response) == [
        ["User-agent", "*"],
        ["Disallow", "/admin/"],
        ["Disallow", "/*?"],
        ["Allow", "/*?page="],
        ["Sitemap", "http://testserver/sitemap.xml"],
    ]
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(response.content.decode().splitlines())
    assert robots.site_maps() == ["http://testserver/sitemap.xml"]
    for address in ("/", "/en/policies/a/", "/feed/", "/entries.json", "/static/css/site.css"):
        assert robots.can_fetch("*", address), address
    assert not robots.can_fetch("*", "/admin/timeline/")


def test_robots_below_a_path_are_told_of_that_path(client):
    with override_script_prefix("/history/"):
        found = fields(client.get("/robots.txt", SCRIPT_NAME="/history"))
    assert ["Disallow", "/history/admin/"] in found
    assert ["Disallow", "/history/*?"] in found
    assert ["Sitemap", "http://testserver/history/sitemap.xml"] in found


def test_a_filtered_list_is_in_no_index_and_a_further_page_is(client):
    for year in (2011, 2012):
        make.make_policy(date=str(year), published=True)
    assert 'name="robots" content="noindex' in client.get("/?kind=policy").content.decode()
    assert 'name="robots" content="noindex' in client.get("/records/?q=a").content.decode()
    by_change = client.get("/?order=changed").content.decode()
    assert '<link rel="canonical" href="http://testserver/">' in by_change
    assert "noindex" not in client.get("/goals/?page=1").content.decode()


def test_the_icon_has_three_sizes(client):
    response = client.get("/favicon.ico")
    assert (response.status_code, response["Content-Type"]) == (200, "image/x-icon")
    reserved, kind, number = struct.unpack_from("<HHH", response.content)
    assert (reserved, kind) == (0, 1)
    sizes = [struct.unpack_from("<BB", response.content, 6 + 16 * place) for place in range(number)]
    assert sizes == [(16, 16), (32, 32), (48, 48)]


def test_the_address_for_corrections_is_the_contact_unless_the_settings_name_others(client, settings):
    make.make_chronicle(corrections_email="post@example.org")
    assert ["Contact", "mailto:post@example.org"] in fields(client.get(SECURITY))
    settings.SECURITY_CONTACTS = ["security@example.org", "https://example.org/report"]
    assert [value for name, value in fields(client.get(SECURITY)) if name == "Contact"] == [
        "mailto:security@example.org",
        "https://example.org/report",
    ]


def test_without_a_contact_there_is_no_file(client):
    assert client.get(SECURITY).status_code == 404
    make.make_chronicle()
    assert client.get(SECURITY).status_code == 404


def test_the_file_ends_within_a_year_and_names_its_address_and_languages(client):
    make.make_chronicle(corrections_email="post@example.org")
    found = dict(fields(client.get(SECURITY)))
    expires = datetime.datetime.fromisoformat(found["Expires"])
    left = expires - timezone.now()
    assert datetime.timedelta(days=170) < left < datetime.timedelta(days=181)
    assert found["Preferred-Languages"] == "zh-Hans, zh-Hant, en"
    assert found["Canonical"] == f"http://testserver{SECURITY}"


def test_pages_have_the_colours_of_the_chronicle(client):
    make.make_chronicle(colour="#1d4f7c", colour_dark="#84b8e6")
    assert '<link rel="stylesheet" href="/colours-1d4f7c-84b8e6.css">' in client.get("/about/").text
    response = client.get("/colours-1d4f7c-84b8e6.css")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["Content-Type"] == "text/css; charset=utf-8"
    assert "--accent: light-dark(#1d4f7c, #84b8e6);" in response.text
    assert response.text.startswith("@layer tokens")


def test_colours_that_are_not_those_of_the_chronicle_have_no_file(client):
    make.make_chronicle(colour="#1d4f7c", colour_dark="#84b8e6")
    assert client.get("/colours-1d4f7c-ffffff.css").status_code == 404


def test_without_colours_there_is_no_file_and_no_link_to_it(client):
    make.make_chronicle()
    assert client.get("/colours-a02c1a-ff9c86.css").status_code == 404
    assert "/colours-" not in client.get("/about/").text


@pytest.mark.parametrize("address", ["/robots.txt", "/favicon.ico", SECURITY])
def test_a_file_is_once_on_the_site_and_answers_to_head(client, address):
    make.make_chronicle(corrections_email="post@example.org")
    assert client.get(f"/en{address}").status_code == 404
    head = client.head(address)
    assert (head.status_code, head.content) == (200, b"")
    assert client.get(f"{address}?a=1")["Location"] == address


def test_pages_have_the_logo_of_the_chronicle_beside_its_name(client):
    logo = Logo.of_file(MARK)
    make.make_chronicle(logo=logo)
    address = f"/logo-{logo.digest}.svg"
    assert f'src="{address}"' in client.get("/about/").text
    response = client.get(address)
    assert (response.content, response["Content-Type"]) == (MARK, "image/svg+xml")
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get("/logo-0123456789abcdef.svg").status_code == 404


def test_without_a_logo_pages_have_no_picture_of_it(client):
    make.make_chronicle()
    assert "/logo-" not in client.get("/about/").text
    assert client.get("/logo-0123456789abcdef.svg").status_code == 404


SQUARE = MARK
WIDE = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 10"><path d="M0 0h60v10z"/></svg>'


def icons(client, address):
    page = client.get(address).text
    return re.findall(r'<link rel="(?:icon|apple-touch-icon)" href="([^"]+)"', page)


def test_the_icons_have_the_colour_of_the_chronicle(client):
    make.make_chronicle(colour="#1d4f7c", logo=Logo.of_file(WIDE))
    for address in ("/about/", "/no-such-page/", "/admin/login/"):
        assert icons(client, address) == ["/icon-1d4f7c.svg", "/touch-icon-1d4f7c.png"], address
    icon, touch_icon = client.get("/icon-1d4f7c.svg"), client.get("/touch-icon-1d4f7c.png")
    assert ('fill="#1d4f7c"' in icon.text, icon["Content-Type"]) == (True, "image/svg+xml")
    assert (touch_icon.content[:4], touch_icon["Content-Type"]) == (b"\x89PNG", "image/png")
    for response in (icon, touch_icon):
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/favicon.ico").content != FAVICON.read_bytes()


def test_a_square_logo_is_the_icon(client):
    logo = Logo.of_file(SQUARE)
    make.make_chronicle(colour="#1d4f7c", logo=logo)
    assert icons(client, "/about/") == [f"/logo-{logo.digest}.svg", f"/touch-icon-{logo.digest}.png"]
    assert client.get(f"/touch-icon-{logo.digest}.png").status_code == 200
    assert client.get(f"/icon-{logo.digest}.svg").status_code == 404


def test_icons_that_are_not_those_of_the_chronicle_have_no_file(client):
    make.make_chronicle(colour="#1d4f7c")
    assert client.get("/icon-1f6b57.svg").status_code == 404
    assert client.get("/touch-icon-1f6b57.png").status_code == 404


def test_without_colour_and_logo_the_icons_are_those_of_the_software(client):
    make.make_chronicle()
    assert icons(client, "/about/") == ["/static/img/mark.svg", "/static/img/apple-touch-icon.png"]
    assert client.get("/favicon.ico").content == FAVICON.read_bytes()


def test_a_page_of_a_refusal_has_the_icons_and_colours_of_the_chronicle(client):
    make.make_chronicle(colour="#1d4f7c", colour_dark="#84b8e6")
    client.force_login(make.make_user(is_staff=True))
    refused = client.get("/admin/timeline/policy/add/")
    assert refused.status_code == 403
    assert 'href="/icon-1d4f7c.svg"' in refused.text
    assert 'href="/colours-1d4f7c-84b8e6.css"' in refused.text
