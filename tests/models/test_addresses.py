"""The address of a record is what the URLs say, in each language and below any prefix."""

import pytest
from django.test.utils import override_script_prefix
from django.urls import reverse
from django.utils import translation

from timeline.models import Goal, Kind, PilotDesignation, Policy, Topic
from timeline.models.addresses import page_of


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
