"""The identifier of the running code."""

import datetime
import os

import pytest
from django.test import override_settings

from timeline.delivery import release


@pytest.fixture
def code(tmp_path):
    """A function that returns the release of a folder with a template of this text."""
    (tmp_path / "templates").mkdir()

    def running(text, name="page.html"):
        (tmp_path / "templates" / name).write_text(text)
        release.running.cache_clear()
        with override_settings(BASE_DIR=tmp_path):
            return release.running()

    yield running
    release.running.cache_clear()


def test_another_text_or_name_of_a_file_is_another_release(code):
    first = code("a")
    assert code("a").identifier == first.identifier
    other = code("b")
    assert other.identifier != first.identifier
    assert code("b", "second.html").identifier != other.identifier


def test_the_time_of_a_release_is_that_of_its_newest_file(code, tmp_path):
    code("a")
    os.utime(tmp_path / "templates" / "page.html", (0, 1_500_000_000))
    assert code("b", "old.html").modified_at > datetime.datetime(2017, 7, 15, tzinfo=datetime.UTC)
    os.utime(tmp_path / "templates" / "old.html", (0, 1_400_000_000))
    release.running.cache_clear()
    with override_settings(BASE_DIR=tmp_path):
        assert release.running().modified_at == datetime.datetime.fromtimestamp(1_500_000_000, datetime.UTC)


def test_the_release_of_this_code_is_found():
    assert len(release.running().identifier) == 16
