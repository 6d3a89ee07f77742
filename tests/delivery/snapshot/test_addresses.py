"""Each address of the site has one file in a snapshot, and links lead to it or to the server."""

import pytest
from django.utils import translation

from tests import factories as make
from timeline.delivery.snapshot.addresses import (
    addresses_in_asset,
    file_name,
    former_addresses,
    page_in_snapshot,
    path_in_snapshot,
    start_addresses,
)

SITE = "https://chronicle.example"


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/en/", "en/index.html"),
        ("/policies/a-1/", "policies/a-1/index.html"),
        ("/en/topics/a_b/", "en/topics/a_b/index.html"),
        ("/?page=2013", "page-2013/index.html"),
        ("/?page=2013.2", "page-2013.2/index.html"),
        ("/en/?page=2011-2014", "en/page-2011-2014/index.html"),
        ("/goals/?page=2", "goals/page-2/index.html"),
        ("/feed/", "feed/index.xml"),
        ("/zh-hant/feed/", "zh-hant/feed/index.xml"),
        ("/feed.json", "feed.json"),
        ("/entries.json", "entries.json"),
        ("/robots.txt", "robots.txt"),
        ("/favicon.ico", "favicon.ico"),
        ("/.well-known/security.txt", ".well-known/security.txt"),
        ("/sitemap.xml", "sitemap.xml"),
        ("/sitemap-policies-2.xml", "sitemap-policies-2.xml"),
        ("/policies/a-1/preview.png", "policies/a-1/preview.png"),
        ("/static/css/site.1a2b.css", "static/css/site.1a2b.css"),
        ("/en/404.html", "en/404.html"),
    ],
)
def test_an_address_has_a_file(address, file):
    assert file_name(path_in_snapshot(address)) == file


@pytest.mark.parametrize(
    "address",
    [
        "/?q=a",
        "/?kind=policy&page=2",
        "/?page=2&page=3",
        "/?page=",
        "/?page=../../etc",
        "/?page=a b",
        "/?page=2%2F..",
        "/feed/?topic=ports",
        "/feed.json?topic=ports",
        "/en/robots.txt",
        "/.well-known/other.txt",
        "/.hidden/",
        "/entries.json?page=2",
        "/admin/",
        "/nowhere/",
        "/static/../secret",
        "/static/%2e%2e/secret",
    ],
)
def test_any_other_address_needs_the_server(address):
    assert path_in_snapshot(address) is None


def linked(link, *, on="/policies/a/"):
    """The link of a page in a snapshot, and the addresses found there."""
    page = page_in_snapshot(f'<p class="x"><a class="y" href="{link}">a</a></p>', on, SITE)
    return page.html.partition('href="')[2].partition('"')[0], page.addresses


@pytest.mark.parametrize(
    ("link", "expected", "address"),
    [
        ("/topics/a/", "/topics/a/", "/topics/a/"),
        ("/topics/a/#years", "/topics/a/#years", "/topics/a/"),
        ("/?page=2013#list", "/page-2013/#list", "/?page=2013"),
        ("?page=2", "/policies/a/page-2/", "/policies/a/?page=2"),
        ("/feed/", "/feed/index.xml", "/feed/"),
        ("/entries.zip", "/entries.zip", "/entries.zip"),
    ],
)
def test_a_link_to_a_page_of_the_snapshot_leads_to_its_file(link, expected, address):
    assert linked(link) == (expected, {address})


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/?kind=goal&amp;from=2013#list", f"{SITE}/?kind=goal&amp;from=2013#list"),
        ("/feed/?topic=ports", f"{SITE}/feed/?topic=ports"),
    ],
)
def test_a_link_that_needs_the_server_leads_to_it(link, expected):
    assert linked(link) == (expected, set())


@pytest.mark.parametrize(
    "link", ["#top", "", "https://other.example/?q=1", "mailto:a@example.org", "//other.example/"]
)
def test_any_other_link_stays(link):
    assert linked(link) == (link, set())


def test_text_that_looks_like_a_link_stays():
    text = '<p> href="/?q=1" in a text</p>'
    assert page_in_snapshot(text, "/", SITE).html == text


@pytest.mark.parametrize("address", ["/", "/zh-hant/", "/en/?page=2013"])
def test_in_place_of_the_search_a_sentence_names_the_page_of_the_server(address):
    with translation.override("en" if address.startswith("/en/") else "zh-hans"):
        page = page_in_snapshot('<i></i><search><form action="/"></form></search><b></b>', address, SITE).html
    assert page.startswith("<i></i>")
    assert page.endswith("<b></b>")
    assert "<form" not in page
    assert f'<p class="search search--live"><a href="{SITE}{address}">' in page


def test_what_a_style_sheet_or_script_loads_is_found():
    here = "/static/css/site.css"
    styles = 'a { background: url("../img/mark.svg#x") } b { mask: url(#y) } c { src: url(data:,x) }'
    assert addresses_in_asset("text/css", styles, here) == {"/static/img/mark.svg", here}
    assert addresses_in_asset("text/javascript", 'import { a } from "./a.js"', "/static/js/b.js") == {
        "/static/js/a.js"
    }
    assert addresses_in_asset("image/svg+xml", "url(/static/a.svg)", here) == set()


@pytest.mark.django_db
def test_all_begins_with_the_pages_of_each_language_and_each_public_record():
    policy = make.make_policy(slug="seen", published=True)
    make.make_policy(slug="unseen")
    withdrawn = make.make_policy(slug="gone", published=True)
    withdrawn.withdraw(by=make.make_editor(), comment="误登")
    topic = make.make_topic(slug="ports")
    found = [*start_addresses()]
    assert len(found) == len({*found})
    for prefix in ("", "/zh-hant", "/en"):
        for address in ("/", "/about/", "/feed/", "/feed.json", "/entries.json", "/404.html"):
            assert prefix + address in found
    for address in ("/robots.txt", "/favicon.ico", "/sitemap.xml", "/sitemap-topics-1.xml"):
        assert found.count(address) == 1
        for record in (policy, withdrawn, topic):
            assert prefix + record.get_absolute_url() in found
    assert not [address for address in found if "unseen" in address]


@pytest.mark.django_db
def test_a_file_that_the_site_does_not_have_is_not_asked_for():
    chronicle = make.make_chronicle()
    assert "/.well-known/security.txt" not in [*start_addresses()]
    chronicle.corrections_email = "post@example.org"
    chronicle.save()
    assert "/.well-known/security.txt" in [*start_addresses()]


@pytest.mark.django_db
def test_former_addresses_are_those_of_public_records():
    for slug, published in (("seen", True), ("unseen", False)):
        policy = make.make_policy(slug=f"former-{slug}", published=published)
        policy.slug = slug
        policy.save()
    topic = make.make_topic(slug="former-topic")
    topic.slug = "topic"
    topic.save()
    expected = ["/policies/former-seen/", "/topics/former-topic/"]
    assert {*former_addresses()} == {
        prefix + address for prefix in ("", "/zh-hant", "/en") for address in expected
    }


def test_the_picture_of_a_preview_belongs_to_its_page_and_one_elsewhere_does_not():
    meta = '<meta property="og:image" content="{}/goals/a/preview.png">'
    page = page_in_snapshot(meta.format(SITE), "/goals/a/", SITE)
    assert page.addresses == {"/goals/a/preview.png"}
    assert page.html == meta.format(SITE)
    assert page_in_snapshot(meta.format("https://elsewhere.example"), "/goals/a/", SITE).addresses == set()
