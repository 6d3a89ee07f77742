"""The story: its links lead to public entries, in the language of the page, also by former slugs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests import factories as make
from tests.pages import page
from timeline.public.story import Story

pytestmark = pytest.mark.django_db


def make_story(story, **kw):
    return make.make_chronicle(title="编年", story=story, **kw)


def test_a_link_leads_to_the_entry_in_the_language_of_the_page(client):
    make.make_policy(slug="decision", published=True)
    make_story(
        "2010年，[决定](/policies/decision/)建城。", story_en="In 2010 [it decided](/policies/decision/)."
    )
    assert '2010年，<a href="/policies/decision/">决定</a>建城。' in page(client, "/")
    assert '<a href="/zh-hant/policies/decision/">決定</a>建城。' in page(client, "/zh-hant/")
    assert 'In 2010 <a href="/en/policies/decision/">it decided</a>.' in page(client, "/en/")


def test_a_story_without_a_translation_is_marked_as_chinese(client):
    make.make_policy(slug="decision", published=True)
    make_story("[决定](/policies/decision/)建城")
    assert (
        '<div class="prose" lang="zh-Hans"><p><a href="/en/policies/decision/">决定</a>建城</p></div>'
        in page(client, "/en/")
    )


def make_shown(story, **kw):
    return Story(make_story(story, **kw))


@pytest.mark.parametrize(
    "target",
    [
        "/policies/hidden/",
        "/policies/nowhere/",
        "/topics/cloud/",
        "/policies/",
        "decision",
        # Of another kind, and not as the model demands it.
        "/goals/decision/",
        "/en/policies/decision/",
        "/policies/decision/#sources",
        "/",
        "https://example.org/policies/decision/",
        "//example.org/policies/decision/",
        "mailto:post@example.org",
    ],
)
def test_a_link_to_anything_but_a_public_entry_is_only_its_text(target):
    make.make_policy(slug="decision", published=True)
    make.make_policy(slug="hidden")
    make.make_topic(slug="cloud")
    story = make_shown(f"先[**决定**]({target})再建")
    assert story.html() == '<div class="prose"><p>先<strong>决定</strong>再建</p></div>'
    assert story.slugs == frozenset()


def test_a_former_slug_leads_to_the_present_address():
    policy = make.make_policy(slug="decision", published=True)
    policy.slug = "decision-of-2010"
    policy.save()
    story = make_shown("[决定](/policies/decision/)")
    assert '<a href="/policies/decision-of-2010/">决定</a>' in story.html()
    assert story.slugs == {"decision-of-2010"}


def test_the_slugs_are_those_of_the_story_that_is_displayed():
    make.make_policy(slug="first", published=True)
    make.make_milestone(slug="second", published=True)
    chronicle = make_story(
        "[甲](/policies/first/)、[乙](/milestones/second/)", story_en="[Second](/milestones/second/)"
    )
    assert Story(chronicle).slugs == {"first", "second"}
    with override("en"):
        assert Story(chronicle).slugs == {"second"}


def test_a_withdrawn_entry_is_no_longer_linked(client):
    policy = make.make_policy(slug="decision", published=True)
    make_story("[决定](/policies/decision/)")
    assert 'href="/policies/decision/">决定' in page(client, "/")
    policy.withdraw(by=make.make_editor(), comment="误登")
    make.make_policy(published=True)
    assert 'href="/policies/decision/">决定' not in page(client, "/")
    assert "<p>决定</p>" in page(client, "/")


def test_a_story_is_text_and_no_markup():
    assert "&lt;b&gt;甲&lt;/b&gt;" in Story(make_story("<b>甲</b>")).html()


def test_no_story_is_nothing():
    assert Story(make_story("")).html() == ""


def test_many_links_ask_as_many_questions_as_one(django_assert_num_queries):
    slugs = [make.make_policy(published=True).slug for _number in range(5)]
    story = make_shown("、".join(f"[甲](/policies/{slug}/)" for slug in slugs))
    with django_assert_num_queries(1):
        assert story.slugs == {*slugs}
        assert story.html().count("<a ") == 5


def test_a_front_page_reads_the_linked_entries_once(client):
    make.make_policy(slug="decision", date="2010", published=True)
    make_story("[决定](/policies/decision/)")
    with CaptureQueriesContext(connection) as captured:
        text = page(client, "/")
    assert '<a href="/policies/decision/">决定</a>' in text
    assert 'class="name name--first"' in text
    columns = '"timeline_entry"."id", "timeline_entry"."slug", "timeline_entry"."kind"'
    assert sum(query["sql"].startswith(f"SELECT {columns} FROM") for query in captured) == 1
