"""The parts of the sitemap, and the public pages in each."""

import datetime

import pytest
from django.core.paginator import InvalidPage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from tests.statuses import HIDDEN
from tests.world import add_entries, make_world
from timeline.editing.revisions import record_revision
from timeline.models import Revision
from timeline.public import sitemaps
from timeline.public.sitemaps import PAGES, SitemapPart, pages_of, sitemap_parts

pytestmark = pytest.mark.django_db
LISTS = ["timeline", "goal-list"]


def parts():
    return [(part.section, part.number) for part in sitemap_parts()]


def addresses(*part):
    return [page.address for page in pages_of(SitemapPart(*part), LISTS)]


def time_of_lists():
    (part,) = [part for part in sitemap_parts() if part.section == PAGES]
    return part.changed_at


def test_only_what_has_pages_is_a_part():
    assert parts() == [(PAGES, 1)]
    make.make_policy(published=True)
    make.make_milestone()
    make.make_topic()
    assert parts() == [(PAGES, 1), ("policies", 1), ("sources", 1), ("topics", 1)]


def test_a_part_has_the_pages_of_its_records():
    world = make_world()
    assert addresses(PAGES) == ["/", "/goals/"]
    assert world.topic.get_absolute_url() in addresses("topics")
    for entry in world.entries:
        assert entry.get_absolute_url() in addresses(type(entry).KIND.folder)


def test_what_is_not_public_is_in_no_part():
    world = make_world()
    before = {part: addresses(*part) for part in parts()}
    for status in HIDDEN:
        add_entries(world, "未公开", status=status)
        assert {part: addresses(*part) for part in parts()} == before, status


def test_many_records_have_several_parts_and_a_new_one_changes_the_last(monkeypatch):
    monkeypatch.setattr(sitemaps, "PART_SIZE", 2)
    for number in range(3):
        make.make_topic(slug=f"topic-{number}")
    assert parts() == [(PAGES, 1), ("topics", 1), ("topics", 2)]
    first = addresses("topics", 1)
    assert (first, addresses("topics", 2)) == (["/topics/topic-0/", "/topics/topic-1/"], ["/topics/topic-2/"])
    make.make_topic(slug="a-topic")
    assert addresses("topics", 1) == first


@pytest.mark.parametrize(
    "part", [("topics", 1), ("topics", 10**30), ("nothing", 1), (PAGES, 2), ("policies", 0)]
)
def test_there_is_no_other_part(part):
    make.make_policy(published=True)
    with pytest.raises(InvalidPage):
        pages_of(SitemapPart(*part), LISTS)


def test_an_entry_changes_when_its_public_text_does_and_lists_when_any_entry_does():
    policy = make.make_policy(slug="a", published=True)
    make.make_milestone(published=True)
    (before,) = pages_of(SitemapPart("policies"), LISTS)
    assert before.changed_at >= policy.published_at
    policy.summary = "更正"
    policy.save()
    changed = record_revision(policy, by=make.make_user())
    (page,) = pages_of(SitemapPart("policies"), LISTS)
    assert page.changed_at == changed.created_at > before.changed_at
    times = {part.section: part.changed_at for part in sitemap_parts()}
    assert times[PAGES] == times["policies"] == changed.created_at
    assert before.changed_at < times["milestones"] < changed.created_at
    assert {page.changed_at for page in pages_of(SitemapPart(PAGES), LISTS)} == {changed.created_at}


def test_a_reference_record_changes_when_its_own_public_text_does():
    topic, other = make.make_topic(slug="a"), make.make_topic(slug="b")
    before = {page.address: page.changed_at for page in pages_of(SitemapPart("topics"), LISTS)}
    topic.description = "更正"
    topic.save()
    changed = record_revision(topic, by=make.make_user()).created_at
    make.make_policy(topics=[other], published=True)
    after = {page.address: page.changed_at for page in pages_of(SitemapPart("topics"), LISTS)}
    assert after == before | {topic.get_absolute_url(): changed}
    assert {part.section: part.changed_at for part in sitemap_parts()}["topics"] == changed


def test_lists_change_when_a_reference_record_or_the_chronicle_does():
    make.make_policy(published=True)
    chronicle, user = make.make_chronicle(), make.make_user()
    draft = make.make_topic(published=False)
    record_revision(draft, by=user)
    times = [time_of_lists()]
    chronicle.title = "甬城编年"
    chronicle.save()
    record_revision(chronicle, by=user)
    times.append(time_of_lists())
    draft.publish(by=user)
    times.append(time_of_lists())
    draft.withdraw(by=user, comment="重复")
    times.append(time_of_lists())
    assert times == sorted({*times})


def test_lists_do_not_change_with_what_readers_do_not_see():
    make.make_policy(published=True)
    draft, scheduled, user = (
        make.make_topic(published=False),
        make.make_topic(published=False),
        make.make_user(),
    )
    before = time_of_lists()
    record_revision(draft, by=user)
    scheduled.publish(by=user, public_from=timezone.now() + datetime.timedelta(hours=1))
    scheduled.withdraw(by=user, comment="再等等")
    assert time_of_lists() == before


def test_a_part_asks_as_many_questions_of_many_records_as_of_few(django_assert_num_queries):
    world = make_world()

    def ask():
        for part in parts():
            assert addresses(*part)

    with CaptureQueriesContext(connection) as few:
        ask()
    add_entries(world, "再加")
    with django_assert_num_queries(len(few)):
        ask()


def test_a_minor_change_moves_no_time():
    entry = make.make_policy(published=True)
    before = time_of_lists(), addresses("policies", 1)
    entry.summary = "改了一个字"
    entry.save()
    revision = record_revision(entry, by=entry.published_by)
    Revision.objects.filter(pk=revision.pk).update(is_minor=True)
    assert (time_of_lists(), addresses("policies", 1)) == before
    Revision.objects.filter(pk=revision.pk).update(is_minor=False)
    assert time_of_lists() > before[0]
