"""The languages that a chronicle offers: with and without pages in English."""

import json

import pytest

from tests import factories as make
from timeline.i18n.languages import offered_languages

pytestmark = pytest.mark.django_db


@pytest.fixture
def chinese():
    """A chronicle without pages in English, with an entry."""
    make.make_milestone(slug="launch", title="启动", published=True)
    return make.make_chronicle(slug="jiaxing", title="嘉兴编年", city="嘉兴", english_pages=False)


def test_every_language_is_offered_unless_the_chronicle_says_otherwise():
    assert offered_languages(make.make_chronicle()) == ["zh-hans", "zh-hant", "en"]


def test_without_a_chronicle_every_language_is_offered(client):
    assert client.get("/en/").status_code == 200


def test_without_english_the_other_languages_are_offered(chinese):
    assert offered_languages(chinese) == ["zh-hans", "zh-hant"]


@pytest.mark.parametrize("address", ["/", "/milestones/launch/", "/about/", "/zh-hant/", "/nowhere/"])
def test_no_page_leads_to_english(chinese, client, address):
    page = client.get(address).content.decode()
    assert "/zh-hant/" in page
    assert '"/en/' not in page
    assert 'hreflang="en"' not in page
    assert "en_GB" not in page


@pytest.mark.parametrize(
    "address",
    ["", "milestones/launch/", "about/", "feed/", "entries.json", "nowhere/", "nowhere", "about/nowhere/"],
)
def test_addresses_in_english_answer_404_in_the_default_language(chinese, client, address):
    response = client.get(f"/en/{address}")
    assert response.status_code == 404
    assert response["Content-Language"] == "zh-Hans"
    page = response.content.decode()
    assert "嘉兴编年" in page
    assert '"/en/' not in page


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("get", "/en/?q=x", {}, 404),
        ("get", "/en/nowhere/?page=2", {}, 404),
        ("get", "/en/nowhere?q=%00", {}, 400),
        ("get", "/en/about/?q=%00", {}, 400),
        ("get", "/en/", {"host": "elsewhere.example"}, 400),
        ("post", "/en/", {}, 405),
        ("post", "/en/nowhere/?q=x", {}, 405),
        ("put", "/en/about/", {}, 405),
        ("head", "/en/about/", {}, 404),
        ("options", "/en/about/", {}, 404),
    ],
)
def test_no_error_below_an_address_in_english_is_told_in_it(
    chinese, client, method, address, headers, status
):
    response = getattr(client, method)(address, headers=headers)
    assert response.status_code == status
    assert response["Content-Language"] == "zh-Hans"
    page = response.content.decode()
    assert ('<html lang="zh-Hans">' in page) == (method != "head")
    assert '"/en/' not in page


def test_only_with_pages_in_english_the_method_tells_of_them(chinese, client):
    assert "英文" not in client.get("/about/").content.decode()
    chinese.english_pages = True
    chinese.save()
    assert "pages in English" in client.get("/en/about/").content.decode()


def test_the_sitemap_names_no_page_in_english(chinese, client):
    parts = client.get("/sitemap.xml").content.decode().split("<loc>")[1:]
    for part in parts:
        text = client.get(part.partition("<")[0].replace("http://testserver", "")).content.decode()
        assert "/zh-hant/" in text
        assert "/en/" not in text


def test_the_structured_data_and_security_txt_name_no_english(chinese, client, settings):
    settings.SECURITY_CONTACTS = ["mail@chronicle.example"]
    assert "Preferred-Languages: zh-Hans, zh-Hant\n" in client.get("/.well-known/security.txt").text
    about = client.get("/").content.decode()
    found = [json.loads(text.partition("</script>")[0]) for text in about.split('application/ld+json">')[1:]]
    assert '"en"' not in json.dumps(found)


def test_english_comes_back_with_the_next_change(chinese, client):
    assert client.get("/en/").status_code == 404
    chinese.english_pages = True
    chinese.save()
    assert client.get("/en/").status_code == 200
