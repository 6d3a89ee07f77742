"""The sitemap as crawlers read it: the index, and the pages of a part in every language."""

import re
from xml.etree import ElementTree

import pytest
from django.test.utils import override_script_prefix

from tests import factories as make
from tests.world import addresses
from timeline.public import sitemaps

pytestmark = pytest.mark.django_db
SITE = "http://testserver"
NAMES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}


def read(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def part_addresses(client):
    return [
        loc.text.removeprefix(SITE) for loc in read(client, "/sitemap.xml").iterfind("s:sitemap/s:loc", NAMES)
    ]


def alternates_in_sitemap(client):
    """By address, the alternates that the sitemap names."""
    return {
        url.findtext("s:loc", namespaces=NAMES): {
            (link.get("hreflang"), link.get("href"))
            for link in url.iterfind("x:link[@rel='alternate']", NAMES)
        }
        for part in part_addresses(client)
        for url in read(client, part).iterfind("s:url", NAMES)
    }


def test_every_public_page_is_in_the_sitemap_in_every_language(client, world):
    expected = {SITE + prefix + address for prefix in ("", "/zh-hant", "/en") for address in addresses(world)}
    assert expected <= alternates_in_sitemap(client).keys()


def test_the_sitemap_names_the_alternates_that_the_page_names(client, world):
    found = alternates_in_sitemap(client)
    for address in addresses(world):
        page = client.get(f"/en{address}").content.decode()
        own = set(re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)"', page))
        assert found[f"{SITE}/en{address}"] == own, address
        assert {tag for tag, _address in own} == {"zh-Hans", "zh-Hant", "en", "x-default"}


def test_every_address_of_the_sitemap_answers_and_may_be_in_an_index(client, world):
    for address in alternates_in_sitemap(client):
        response = client.get(address.removeprefix(SITE))
        page = response.content.decode()
        assert response.status_code == 200, address
        assert f'<link rel="canonical" href="{address}">' in page
        assert "noindex" not in page


def test_times_have_an_offset(client):
    make.make_policy(published=True)
    for address in ("/sitemap.xml", "/sitemap-policies-1.xml", "/sitemap-pages-1.xml"):
        times = [each.text for each in read(client, address).iterfind(".//s:lastmod", NAMES)]
        assert times, address
        assert all(
            re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d", time) for time in times
        )


def test_a_large_part_is_far_below_the_limits_of_the_protocol(client):
    for number in range(40):
        make.make_topic(slug=f"{number:0120}")
    response = client.get("/sitemap-topics-1.xml")
    addresses_of_a_part = 3 * sitemaps.PART_SIZE
    assert addresses_of_a_part <= 5_000
    assert len(response.content) / 40 * sitemaps.PART_SIZE < 3_000_000


@pytest.mark.parametrize(
    "address",
    ["/sitemap-topics-2.xml", "/sitemap-none-1.xml", "/sitemap-pages-2.xml", "/sitemap-pages-0.xml"],
)
def test_a_part_that_does_not_exist_is_404(client, address):
    assert client.get(address).status_code == 404


def test_below_a_path_every_address_has_it_once(client):
    make.make_policy(slug="a", published=True)
    with override_script_prefix("/history/"):
        part = client.get("/sitemap-policies-1.xml", SCRIPT_NAME="/history").content.decode()
        index = client.get("/sitemap.xml", SCRIPT_NAME="/history").content.decode()
    assert f"<loc>{SITE}/history/policies/a/</loc>" in part
    assert f'hreflang="en" href="{SITE}/history/en/policies/a/"' in part
    assert f"<loc>{SITE}/history/sitemap-policies-1.xml</loc>" in index
