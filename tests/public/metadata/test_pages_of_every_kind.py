"""The metadata of every public page: Open Graph in three languages, the trail, and the vocabulary of schema.org."""

import pytest
from django.test import Client

from tests.structured_data import meta_of, node_of, nodes_of, objections
from tests.world import addresses

pytestmark = pytest.mark.django_db
PREFIXES = ("", "/zh-hant", "/en")


@pytest.fixture(scope="module")
def pages(module_world):
    """Every public page in every language by address."""
    return {
        prefix + address: Client().get(prefix + address).content.decode()
        for address in addresses(module_world)
        for prefix in PREFIXES
    }


def test_every_page_has_what_open_graph_requires_and_one_picture(pages):
    for address, text in pages.items():
        meta = meta_of(text)
        for name in (
            "og:title",
            "og:type",
            "og:url",
            "og:image",
            "og:site_name",
            "og:locale",
            "og:image:alt",
        ):
            assert isinstance(meta.get(name), str), (address, name)
            assert meta[name], (address, name)
        assert meta["og:url"] == f"http://testserver{address}"
        assert f'<link rel="canonical" href="{meta["og:url"]}">' in text
        assert meta["twitter:card"] == "summary_large_image"
        assert (meta["og:image:type"], meta["og:image:width"], meta["og:image:height"]) == (
            "image/png",
            "1200",
            "630",
        )


def test_every_picture_that_a_page_names_is_there(pages):
    for address in {meta_of(text)["og:image"] for text in pages.values()}:
        assert address.startswith("http://testserver/")
        assert Client().head(address.removeprefix("http://testserver")).status_code == 200


def test_structured_data_of_every_page_is_of_the_vocabulary(pages):
    for address, text in pages.items():
        found = nodes_of(text)
        assert found, address
        assert [objection for node in found for objection in objections(node)] == [], address


def test_every_page_below_the_front_page_has_a_trail_from_there_to_itself(pages):
    for address, text in pages.items():
        if address.removeprefix("/zh-hant").removeprefix("/en") == "/":
            assert "BreadcrumbList" not in [node["@type"] for node in nodes_of(text)]
            continue
        items = node_of(text, "BreadcrumbList")["itemListElement"]
        assert [item["position"] for item in items] == [*range(1, len(items) + 1)]
        prefix = next(prefix for prefix in reversed(PREFIXES) if address.startswith(f"{prefix}/"))
        assert items[0]["item"] == f"http://testserver{prefix}/"
        assert items[-1]["item"] == f"http://testserver{address}"
        assert meta_of(text)["og:title"] == items[-1]["name"]


def test_every_page_of_a_trail_is_there(pages):
    for text in pages.values():
        for node in nodes_of(text):
            for item in node.get("itemListElement", []):
                assert Client().head(item["item"].removeprefix("http://testserver")).status_code == 200, item
