"""Sources that are created together with what cites them."""

import json

import pytest
from django.core.exceptions import ValidationError

from tests import factories as make
from timeline.editing.new_sources import (
    is_same_source,
    new_sources_of,
    rows_of_new_sources,
    save_new_sources,
)
from timeline.models import Source
from timeline.values.partial_date import PartialDate

pytestmark = pytest.mark.django_db


def test_a_source_is_created_once_however_often_its_form_is_sent():
    user = make.make_user()
    for _time in range(2):
        save_new_sources([Source(slug="daily", title="宁波日报", publisher="宁波日报社")], by=user)
    source = Source.objects.get()
    assert (source.publisher, source.status) == ("宁波日报社", "draft")
    assert source.revisions.get().created_by == user


def test_a_source_that_took_the_slug_meanwhile_is_not_cited_in_its_place():
    make.make_source(slug="daily", title="另一份日报")
    with pytest.raises(ValidationError, match="宁波日报"):
        save_new_sources([Source(slug="daily", title="宁波日报")], by=make.make_user())


def test_sources_are_the_same_that_say_the_same():
    one, other = Source(title="宁波日报", url="https://example.org/1"), Source(title="宁波日报")
    assert is_same_source(one, one)
    assert not is_same_source(one, other)


def test_sources_that_are_not_stored_are_the_same_after_a_way_as_rows():
    source = Source(slug="daily", title="宁波日报", type="page", url="https://example.org/1")
    source.published = PartialDate.parse("2013-05")
    (copy,) = new_sources_of(json.loads(json.dumps(rows_of_new_sources([source]))))
    assert (copy.pk, copy.slug) == (None, "daily")
    assert is_same_source(copy, source)
