"""The front page, with marked search results in the requested order, and the page about the chronicle."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.pages import page
from timeline.public.views import front

pytestmark = pytest.mark.django_db


def test_what_was_searched_for_is_marked_in_either_script(client):
    make.make_policy(
        title="宁波宽带方案", summary="建设光网", body="前言。\n\n**宽带**入户。", published=True
    )
    text = client.get("/", {"q": "寬帶"}).content.decode()
    assert "宁波<mark>宽带</mark>方案" in text
    assert "<mark>宽带</mark>入户" in text
    assert "甯波" not in client.get("/zh-hant/", {"q": "宽带"}).content.decode()
    assert "<mark>寬帶</mark>" in client.get("/zh-hant/", {"q": "宽带"}).content.decode()
    assert "<mark>" not in client.get("/").content.decode()


def test_what_was_searched_for_is_text_and_no_markup(client):
    make.make_policy(title="<b>甲</b>方案", published=True)
    text = client.get("/", {"q": "<b>"}).content.decode()
    assert "<mark>&lt;b&gt;</mark>" in text


def order_of(client, address):
    text = client.get(address, follow=True).content.decode()
    return re.findall(r'class="entry" id="entry-([a-z0-9-]+)"', text)


def test_the_best_answers_stand_first_where_that_is_asked_for(client):
    make.make_policy(slug="rest", body="数据资源", date="2020", published=True)
    make.make_policy(slug="title-old", title="数据资源办法", date="2012", published=True)
    make.make_policy(slug="summary", summary="数据资源", date="2015", published=True)
    make.make_policy(slug="title-new", title="数据资源规划", date="2018", published=True)
    by_answer = ["title-new", "title-old", "summary", "rest"]
    assert order_of(client, "/?q=數據&order=relevance") == by_answer
    assert order_of(client, "/?q=数据") == ["title-old", "summary", "title-new", "rest"]
    assert order_of(client, "/?q=数据&order=relevance&from=2015") == ["title-new", "summary", "rest"]


def test_without_words_or_by_an_unknown_name_the_order_is_that_of_time(client):
    make.make_policy(slug="b", title="数据", date="2012", published=True)
    make.make_policy(slug="a", title="数据", date="2018", published=True)
    for query in ("?order=relevance", "?q=数据&order=size", "?q=数据&order="):
        assert order_of(client, f"/{query}") == ["b", "a"]


def test_the_order_stays_while_the_conditions_change(client):
    make.make_policy(title="数据", date="2012", published=True)
    text = client.get("/?q=数据&kind=policy&order=relevance").content.decode()
    assert 'href="/?q=%E6%95%B0%E6%8D%AE&amp;order=relevance#list"' in text
    # Without a search text there is no relevance to order by.
    assert 'href="/?kind=policy#list"' in text


def test_hits_come_fifty_to_a_page(client, monkeypatch):
    assert front.HITS_PER_PAGE == 50
    monkeypatch.setattr(front, "HITS_PER_PAGE", 4)
    for number in range(5):
        make.make_policy(slug=f"p{number}", title="数据", published=True)
    first = order_of(client, "/?q=数据&order=relevance")
    rest = order_of(client, "/?q=数据&order=relevance&page=2")
    assert (len(first), len(rest)) == (4, 1)
    assert not {*first} & {*rest}
    for given in ("0", "99", "x", "-1"):
        assert len(order_of(client, f"/?q=数据&order=relevance&page={given}")) in (1, 4)
    assert 'page=2#list"' in client.get("/?q=数据&order=relevance").content.decode()


def test_a_page_of_conditions_is_not_to_be_indexed_and_the_others_say_by_which_address(client):
    make.make_policy(published=True)
    narrowed = client.get("/?kind=policy").content.decode()
    assert '<meta name="robots" content="noindex, follow">' in narrowed
    assert 'rel="canonical"' not in narrowed
    whole = client.get("/en/?page=undated").content.decode()
    assert '<link rel="canonical" href="http://testserver/en/">' in whole
    assert "noindex" not in whole


@pytest.mark.parametrize("order", ["", "&order=relevance"])
def test_many_hits_ask_as_many_questions_as_two(client, order):
    for _ in range(2):
        make.make_policy(title="数据", body="数据资源", published=True)
    with CaptureQueriesContext(connection) as few:
        client.get(f"/?q=数据{order}")
    for _ in range(4):
        make.make_policy(title="数据", body="数据资源", published=True)
    with CaptureQueriesContext(connection) as many:
        assert client.get(f"/?q=数据{order}").status_code == 200
    assert len(many) == len(few)


def test_an_empty_database_still_has_a_front_page(client):
    assert "尚未发布任何条目" in page(client, "/")


def test_the_about_page_says_what_this_is_and_how_to_correct_it(client):
    make.make_chronicle(about="由来", corrections="写明网址", corrections_email="post@example.org")
    make.make_policy(published=True)
    make.make_policy()
    text = page(client, reverse("timeline:about"))
    for fact in ("由来", "写明网址", 'href="mailto:post@example.org"', "<dt>政策</dt><dd>1</dd>"):
        assert fact in text


def test_the_about_page_lists_some_sources_and_leads_to_the_others(client, monkeypatch):
    monkeypatch.setattr(front, "MAX_SOURCES", 2)
    for number in range(2):
        make.make_source(slug=f"source-{number}")
    assert "All sources" not in page(client, "/en/about/")
    make.make_source(slug="source-2")
    text = page(client, "/en/about/").partition("<main")[2]
    assert text.count('href="/en/sources/source-') == 2
    assert '<a href="/en/sources/">All sources</a>' in text


def test_the_title_names_the_words_and_the_page(client):
    for number in range(61):
        make.make_milestone(title=f"数据{number}", date="2012" if number else "2013", published=True)
    found = [
        re.sub(
            r"\s+", " ", re.search(r"<title>(.*?)</title>", client.get(address).content.decode(), re.S)[1]
        ).strip()
        for address in ("/", "/?page=2013", "/?q=数据&order=relevance&page=2")
    ]
    assert found == ["编年", "编年 · 2013年", "“数据” · 编年 · 第2页，共2页"]
