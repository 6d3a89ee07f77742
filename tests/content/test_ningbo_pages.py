"""The size of the timeline with the Ningbo content, and with many more entries like it."""

import pytest

from bench import pages, site
from timeline.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.long, pytest.mark.any_database]


def test_the_timeline_of_ningbo_weighs_at_most_40_kb_with_all_that_it_loads(visitor):
    site.publish_content()
    for prefix in site.LANGUAGES.values():
        found = pages.downloads(visitor, f"{prefix}/")
        assert {each.kind for each in found} >= {"text/html", "text/css", "image/svg+xml"}
        assert pages.weight(found) <= 40_000, found
        assert pages.scripts(found) <= 10_000, found
        assert len(visitor.get(f"{prefix}/").content) <= 140_000
    assert len(visitor.get("/").content) <= 130_000


def test_a_timeline_of_200_entries_weighs_at_most_60_kb(visitor, tmp_path):
    pages.publish_generated_content(200, tmp_path / "made")
    assert Entry.objects.published().count() == 200
    found = pages.downloads(visitor, "/")
    assert pages.weight(found) <= 60_000, found
