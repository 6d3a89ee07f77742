"""The page about the chronicle: what it covers, how it is made, who publishes it, and how to correct it."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.pages import order_of, page
from timeline.public.views import front

pytestmark = pytest.mark.django_db


def test_the_about_page_says_what_this_is_and_how_to_correct_it(client):
    make.make_chronicle(about="由来", corrections="写明网址", corrections_email="post@example.org")
    make.make_policy(published=True)
    make.make_policy()
    text = page(client, reverse("timeline:about"))
    for fact in ("由来", "写明网址", 'href="mailto:post@example.org"', "<dt>政策</dt><dd>1</dd>"):
        assert fact in text


def test_the_about_page_names_its_publisher_its_editors_and_its_licence_or_says_that_none_are_named(client):
    assert "No publisher and no editors are named." in page(client, "/en/about/")
    make.make_chronicle(publisher="某馆", editors="某人", editors_en="Somebody", licence="CC BY 4.0")
    text = page(client, "/en/about/").partition('id="publisher"')[2].partition("</section>")[0]
    assert order_of(text, "Publisher:", "某馆", "Editors:", "Somebody", "CC BY 4.0")


def test_the_about_page_leads_to_each_of_its_sections(client):
    make.make_chronicle(imprint="地址")
    text = page(client, "/about/")
    jumps = re.findall(r'<li><a href="#([a-z]+)">', text.partition('class="jumps"')[2].partition("</nav>")[0])
    assert jumps == re.findall(r'<section id="([a-z]+)"', text)
    assert 'id="dates-and-phases"' in text


def test_the_about_page_says_what_was_searched_for_and_not_found(client, monkeypatch):
    monkeypatch.setattr(front, "MAX_SEARCHED", 1)
    make.make_chronicle(coverage="未收**照片**", coverage_en="No *photographs*")
    make.make_policy(examined=True, issued="2010", published=True)
    first = make.make_goal(
        title="目标甲",
        target="2015",
        searched_on="2026-11-30",
        search_note="政府网站",
        published=True,
    )
    make.make_goal(title="目标乙", target="2020", searched_on="2026-11-30", published=True)
    make.make_goal(title="草稿", target="2014", searched_on="2026-11-30")
    text = page(client, "/en/about/").partition('id="coverage"')[2].partition("</section>")[0]
    for fact in (
        "No <em>photographs</em>",
        "3 entries are public; the sources of 1 were read for every fact.",
        "In all, they do not give:",
        "Policies: “Document number” for 1, “Issued by” for 1",
        "No assessment is known of 2 goals; for each, one was searched for and not found.",
        f'href="/en{first.get_absolute_url()}"',
        "30 November 2026",
        "政府网站",
        '<a href="/en/goals/">1 more</a>',
    ):
        assert fact in text, fact
    assert "目标乙" not in text
    assert "草稿" not in text


@pytest.mark.parametrize(
    ("searched", "text"),
    [
        ([], "No assessment is known of 0 goals."),
        ([True], "No assessment is known of 1 goal; it was searched for and not found."),
        (
            [True, False],
            "No assessment is known of 2 goals; for 1 of them one was searched for and not found.",
        ),
        ([False, False], "No assessment is known of 2 goals."),
    ],
)
def test_the_about_page_tells_for_how_many_goals_an_assessment_was_searched(client, searched, text):
    for was_searched in searched:
        make.make_goal(searched_on="2026-11-30" if was_searched else None, published=True)
    assert text in page(client, "/en/about/")


def test_the_about_page_costs_the_same_whatever_the_chronicle_holds(client):
    def queries():
        caches["template_fragments"].clear()
        with CaptureQueriesContext(connection) as found:
            assert client.get("/about/").status_code == 200
        return len(found)

    for _ in range(2):
        make.make_goal(searched_on="2026-11-30", published=True)
        make.make_policy(examined=True, published=True)
    few = queries()
    for _ in range(30):
        make.make_goal(searched_on="2026-11-30", published=True)
        make.make_policy(examined=True, published=True)
    assert queries() == few


def test_the_about_page_lists_some_sources_and_leads_to_the_others(client, monkeypatch):
    monkeypatch.setattr(front, "MAX_SOURCES", 2)
    for number in range(2):
        make.make_source(slug=f"source-{number}")
    assert "All sources" not in page(client, "/en/about/")
    make.make_source(slug="source-2")
    text = page(client, "/en/about/").partition("<main")[2]
    assert text.count('href="/en/sources/source-') == 2
    assert '<a href="/en/sources/">All sources</a>' in text


def test_the_about_page_says_whose_the_periods_are(client):
    phase = make.make_phase()
    make.make_phase(published=False)
    assert "or of the editors where they cite none" in page(client, "/en/about/")
    phase.citations.create(source=make.make_source())
    assert "The periods are those of the sources." in page(client, "/en/about/")
