"""Slugs of new records: from the title, and no slug that a record has or had or another row has."""

import pytest

from tests.factories import make_policy
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.models import Milestone, Organization, Policy

pytestmark = pytest.mark.django_db


def test_no_slug_is_made_that_a_record_has_or_had_or_a_row_has():
    policy = make_policy(slug="gui-hua", title="别的")
    policy.slug = "other"
    policy.save()
    make_policy(slug="gui-hua-2", title="又一个")
    slugs = NewSlugs()
    slugs.reserve(Policy, "gui-hua-3")
    assert [slugs.make(Policy, "规划") for _ in range(3)] == ["gui-hua-4", "gui-hua-5", "gui-hua-6"]


def test_entries_of_all_kinds_share_their_slugs_and_other_records_do_not():
    slugs = NewSlugs()
    assert slugs.make(Policy, "规划") == "gui-hua"
    assert slugs.make(Milestone, "规划") == "gui-hua-2"
    assert slugs.make(Organization, "规划") == "gui-hua"


def test_a_title_without_letters_gives_the_name_of_the_model():
    assert NewSlugs().make(Organization, "——") == "organization"


def test_slugs_that_records_have_or_had_are_stored():
    policy = make_policy(slug="gui-hua")
    policy.slug = "other"
    policy.save()
    slugs = NewSlugs()
    slugs.reserve(Policy, "of-a-row")
    assert [slugs.is_stored(Policy, slug) for slug in ("gui-hua", "other", "of-a-row")] == [True, True, False]
