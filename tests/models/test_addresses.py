"""The address of a record is what the URLs say, in each language and below any prefix."""

import pytest
from django.test.utils import override_script_prefix
from django.urls import reverse
from django.utils import translation

from timeline.models import Goal, Kind, PilotDesignation, Policy, Topic
from timeline.models.addresses import find_entry_address, page_of


@pytest.mark.parametrize("language", ["zh-hans", "zh-hant", "en"])
@pytest.mark.parametrize("slug", ["a", "a-b", "2013", "detail"])
def test_an_address_is_that_of_the_url_pattern(language, slug):
    with translation.override(language):
        for name in [*(kind.url_name for kind in Kind), "topic-detail", "source-detail"]:
            assert page_of(name, slug) == reverse(f"timeline:{name}", args=[slug])


def test_an_address_is_in_the_language_that_is_active_now():
    topic = Topic(slug="brain")
    assert topic.get_absolute_url() == "/topics/brain/"
    with translation.override("en"):
        assert topic.get_absolute_url() == "/en/topics/brain/"
        with override_script_prefix("/history/"):
            assert topic.get_absolute_url() == "/history/en/topics/brain/"
    assert topic.get_absolute_url() == "/topics/brain/"


def test_each_kind_has_pages_of_its_own():
    for model in (Policy, PilotDesignation, Goal):
        entry = model(slug="one", kind=model.KIND)
        assert entry.get_absolute_url() == f"/{model.PLURAL.replace('_', '-')}/one/"


@pytest.mark.parametrize(
    "link",
    [
        "/pilot-designations/batch-2/",
        "/en/pilot-designations/batch-2/",
        "https://chronicle.example/history/zh-hant/pilot-designations/batch-2/?q=a#history",
        "pilot-designations/batch-2",
    ],
)
def test_the_address_of_an_entry_is_found_in_a_link(link):
    address = find_entry_address(link)
    assert address == (Kind.PILOT_DESIGNATION, "batch-2")
    assert str(address) == "/pilot-designations/batch-2/"


@pytest.mark.parametrize(
    "link",
    ["", "/", "/policies/", "/topics/brain/", "/policies/a/history/", "/my-policies/a/", "/goals/?kind=a"],
)
def test_other_links_have_none(link):
    assert find_entry_address(link) is None
