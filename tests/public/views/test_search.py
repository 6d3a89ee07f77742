"""The page of all reference records that a search finds: complete, in pages, in every language."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.pages import page
from timeline.public.views.base import PAGE_SIZE

pytestmark = pytest.mark.django_db


def titles(text):
    return re.findall(r"<dd>\s*<a[^>]*>(.*?)</a>", text)


def test_every_record_with_the_words_is_on_one_of_the_pages(client, django_assert_max_num_queries):
    for number in range(PAGE_SIZE + 5):
        make.make_topic(title=f"智慧{number}")
    make.make_organization(title="领导小组", description="智慧城市")
    make.make_area(title="海曙区")
    text = client.get("/records/", {"q": "智慧"}).content.decode()
    assert len(titles(text)) == PAGE_SIZE
    following = re.search(r'rel="next" href="([^"]+)"', text)[1].replace("&amp;", "&")
    client.get(following)
    with django_assert_max_num_queries(6):
        rest = client.get(following).content.decode()
    assert len({*titles(text), *titles(rest)}) == PAGE_SIZE + 6
    assert "领导小组" in titles(rest)
    first = re.search(r'rel="prev"\s+href="([^"]+)"', rest)[1].replace("&amp;", "&")
    assert client.get(first).content.decode() == text


def test_what_the_filtered_front_page_counted_is_not_counted_again(client):
    make.make_topic(title="智慧教育")
    make.make_policy(published=True)
    with CaptureQueriesContext(connection) as first:
        client.get("/", {"q": "智慧", "kind": "policy"})
    with CaptureQueriesContext(connection) as captured:
        assert titles(page(client, "/records/?q=智慧")) == ["<mark>智慧</mark>教育"]
    # On PostgreSQL, the query of a page has a count within it.
    counted = [
        [query for query in each if "SELECT count(*)" in query["sql"] and "OFFSET" not in query["sql"]]
        for each in (first, captured)
    ]
    assert [bool(found) for found in counted] == [True, False]


def test_without_words_it_says_what_it_is_for(client):
    make.make_topic(title="智慧教育")
    for address in ("/records/", "/en/records/?q=+"):
        assert titles(page(client, address)) == []


def test_it_is_no_page_for_search_engines(client):
    assert 'name="robots" content="noindex' in client.get("/records/", {"q": "智慧"}).content.decode()


def test_names_are_in_the_language_of_the_page(client):
    make.make_topic(title="智慧教育", title_en="Smart education")
    assert "Smart <mark>education</mark>" in client.get("/en/records/", {"q": "education"}).content.decode()
    assert "智慧<mark>教育</mark>" in client.get("/zh-hant/records/", {"q": "教育"}).content.decode()


def test_what_was_typed_is_text(client):
    text = client.get("/records/", {"q": "<b>&x=1"}).content.decode()
    assert "<b>" not in text
    assert "?q=%3Cb%3E%26x%3D1#list" in text


def test_the_quotation_marks_of_a_query_are_nested_in_titles(client):
    for address in ("/records/", "/"):
        title = client.get(address, {"q": "政务“一网通办”"}).content.decode().partition("</title>")[0]
        assert "“政务‘一网通办’”" in title
