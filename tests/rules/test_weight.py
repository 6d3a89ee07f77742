"""The size of public pages with everything that they load, and of their JavaScript, is limited."""

import pytest

from bench import pages, site
from tests import factories as make
from tests.world import addresses, make_world
from timeline.models import Entry

pytestmark = pytest.mark.django_db


def test_a_timeline_of_few_entries_weighs_at_most_25_kb_with_all_that_it_loads(visitor):
    site.publish_content([make.CONTENT, make.OTHER_CONTENT])
    for prefix in site.LANGUAGES.values():
        found = pages.downloads(visitor, f"{prefix}/")
        assert {each.kind for each in found} >= {"text/html", "text/css", "image/svg+xml"}
        assert pages.weight(found) <= 25_000, found
        assert pages.scripts(found) <= 10_000, found


def test_a_timeline_of_200_short_entries_weighs_at_most_42_kb(visitor, tmp_path):
    pages.publish_generated_content(200, tmp_path / "made", [make.CONTENT, make.OTHER_CONTENT])
    assert Entry.objects.published().count() == 200
    found = pages.downloads(visitor, "/")
    assert pages.weight(found) <= 42_000, found


def test_the_front_page_of_56_entries_is_at_most_130_kb_of_html(visitor, tmp_path):
    pages.publish_generated_content(56, tmp_path / "made", [make.CONTENT, make.OTHER_CONTENT])
    assert len(visitor.get("/").content) <= 130_000


def test_no_page_loads_more_than_10_kb_of_javascript(visitor):
    for address in addresses(make_world()):
        assert pages.scripts(pages.downloads(visitor, address)) <= 10_000, address
