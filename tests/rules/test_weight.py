"""What visitors download: within the budget of the front page, and little of it script."""

import pytest
from django.core.management import call_command
from django.test import Client

from bench import pages, site
from tests.world import addresses, make_world
from timeline.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor(settings, tmp_path):
    """Static files as they are served in production; not the desk's, which no visitor asks for."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }
    settings.MIDDLEWARE = ["whitenoise.middleware.WhiteNoiseMiddleware", *settings.MIDDLEWARE]
    call_command("collectstatic", interactive=False, verbosity=0)
    return Client()


def test_the_timeline_of_ningbo_weighs_at_most_40_kb_with_all_that_it_loads(visitor):
    site.bring_content()
    for prefix in site.LANGUAGES.values():
        found = pages.downloads(visitor, f"{prefix}/")
        assert {each.kind for each in found} >= {"text/html", "text/css", "image/svg+xml"}
        assert pages.weight(found) <= 40_000, found
        assert pages.scripts(found) <= 10_000, found


def test_a_timeline_of_200_entries_weighs_at_most_60_kb(visitor, tmp_path):
    pages.bring_made_content(200, tmp_path / "made")
    assert Entry.objects.published().count() == 200
    found = pages.downloads(visitor, "/")
    assert pages.weight(found) <= 60_000, found


def test_no_page_loads_more_than_10_kb_of_javascript(visitor):
    for address in addresses(make_world()):
        assert pages.scripts(pages.downloads(visitor, address)) <= 10_000, address
