"""Every public page in each language, in a chronicle in which everything refers to everything."""

import re

import pytest

from tests.examples import ALL
from tests.pages import pieces, simplified, unmarked
from tests.world import add_entries, addresses

pytestmark = pytest.mark.django_db

ALTERNATE = re.compile(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">')
PREFIXES = ("", "/zh-hant", "/en")


@pytest.fixture(scope="module")
def public(module_world):
    """The URLs of all public pages."""
    add_entries(module_world, "后台的规划", summary="发展", title_en="")
    return addresses(module_world)


@pytest.fixture(scope="module")
def withdrawn(module_world, public):
    """The URLs of withdrawn entries."""
    entries = add_entries(module_world, "撤回的规划", status="withdrawn")
    return [entry.get_absolute_url() for entry in entries]


def test_no_page_in_traditional_script_has_simplified_text_unmarked(client, public, withdrawn):
    for address in public:
        assert simplified(pieces(client, "/zh-hant" + address)) == [], address
    for address in withdrawn:
        assert simplified(pieces(client, "/zh-hant" + address, 410)) == []
    assert simplified(pieces(client, "/zh-hant/nowhere/", 404)) == []


def test_no_page_in_english_has_chinese_text_unmarked(client, public, withdrawn):
    for address in public:
        assert unmarked(pieces(client, "/en" + address)) == [], address
    for address in withdrawn:
        assert unmarked(pieces(client, "/en" + address, 410)) == []
    assert unmarked(pieces(client, "/en/nowhere/", 404)) == []


def test_every_page_names_itself_in_every_language(client, public):
    for number, address in enumerate(public):
        named = {
            "zh-Hans": f"http://testserver{address}",
            "zh-Hant": f"http://testserver/zh-hant{address}",
            "en": f"http://testserver/en{address}",
            "x-default": f"http://testserver{address}",
        }
        # One language per page, in turn, unless EXAMPLES=all.
        for prefix in PREFIXES if ALL else PREFIXES[number % 3 :][:1]:
            assert dict(ALTERNATE.findall(client.get(prefix + address).content.decode())) == named
