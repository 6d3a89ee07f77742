"""The front page, with marked search results in the requested order."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.pages import page
from timeline.public.views import front

pytestmark = pytest.mark.django_db


def test_what_was_searched_for_is_marked_in_either_script(client):
    make.make_policy(title="宁波宽带方案", summary="建设光网", published=True)
    make.make_policy(title="方案", body="前言。\n\n**宽带**入户。", published=True)
    text = client.get("/", {"q": "寬帶"}).content.decode()
    assert "宁波<mark>宽带</mark>方案" in text
    assert "<mark>宽带</mark>入户" in text
    assert "甯波" not in client.get("/zh-hant/", {"q": "宽带"}).content.decode()
    assert "<mark>寬帶</mark>" in client.get("/zh-hant/", {"q": "宽带"}).content.decode()
    assert "<mark>" not in client.get("/").content.decode()


def test_the_text_is_quoted_where_title_and_summary_lack_one_of_the_words(client):
    policy = make.make_policy(title="宽带方案", summary="建设光网", body="宽带入户。", published=True)

    def quoted(query):
        return re.findall(
            r'<p class="entry__excerpt">(.*?)</p>', client.get("/", {"q": query}).content.decode()
        )

    assert quoted("寬帶 光網") == quoted("光网") == []
    assert quoted("宽带 入户") == ["<mark>宽带入户</mark>。"]
    policy.summary = ""
    policy.save()
    assert quoted("宽带") == []


def test_the_note_of_the_editors_is_quoted_where_only_it_has_the_words(client):
    make.make_policy(
        title="共享办法",
        date="2012",
        editor_note="以第171号令公布。",
        editor_note_en="Order 171.",
        published=True,
    )
    text = client.get("/en/", {"q": "171"}).content.decode()
    assert '<p class="entry__excerpt">Editor’s note: Order <mark>171</mark>.</p>' in text
    assert "Editor’s note: " not in client.get("/en/", {"q": "共享"}).content.decode()


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


def test_an_unknown_order_or_page_is_told(client):
    make.make_policy(title="数据", date="2012", published=True)
    for query, told in (
        ("?order=foo", 1),
        ("?page=foo", 1),
        ("?page=1900-1910&order=foo", 2),
        ("?order=changed&page=9", 1),
        ("?order=changed&page=1", 0),
        ("?page=2012", 0),
        ("?order=relevance", 0),
    ):
        assert page(client, f"/{query}").count('<p class="notice">') == told, query


def test_a_search_in_a_filtered_list_stays_in_it(client):
    make.make_policy(title="数据", date="2016", published=True)
    header = page(client, "/?q=云&kind=policy&from=2015&order=changed").partition("</header>")[0]
    for name, value in (("kind", "policy"), ("from", "2015"), ("order", "changed")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in header
    assert header.count('name="q"') == 1
    assert 'type="hidden"' not in page(client, "/goals/").partition("</header>")[0]


def test_the_order_stays_while_the_conditions_change(client):
    make.make_policy(title="数据", date="2012", published=True)
    text = client.get("/?q=数据&kind=policy&order=relevance").content.decode()
    assert 'href="/?q=%E6%95%B0%E6%8D%AE&amp;order=relevance#list"' in text
    # Without a search text there is no relevance to order by.
    assert 'href="/?kind=policy#list"' in text


def test_the_orders_are_links_that_keep_the_conditions(client):
    make.make_policy(title="数据", date="2012", published=True)

    def orders(address):
        fold = client.get(address).content.decode().partition('class="order"')[2].partition("</details>")[0]
        return re.findall(r'<a href="([^"]+)" rel="nofollow"(?: aria-current="(true)")?>([^<]+)</a>', fold)

    assert orders("/") == [("/#list", "true", "按时间"), ("/?order=changed#list", "", "按最近更新")]
    assert orders("/?q=x&order=relevance") == [
        ("/?q=x#list", "", "按时间"),
        ("/?q=x&amp;order=relevance#list", "true", "按相关度"),
        ("/?q=x&amp;order=changed#list", "", "按最近更新"),
    ]


def test_the_last_changed_stand_first_where_that_is_asked_for(client):
    for slug, date in (("first", "2018"), ("second", "2010"), ("third", "2014")):
        make.make_policy(slug=slug, title="数据", date=date, published=True)
    assert order_of(client, "/?order=changed") == ["third", "second", "first"]
    assert order_of(client, "/?order=changed&kind=policy&q=数据&page=9") == ["third", "second", "first"]
    assert order_of(client, "/") == ["second", "third", "first"]


def test_files_and_feeds_have_the_conditions_and_no_order(client):
    make.make_policy(title="数据", date="2012", published=True)
    text = client.get("/?q=数据&order=relevance").content.decode()
    assert 'href="/feed/?q=%E6%95%B0%E6%8D%AE"' in text
    assert 'href="/entries.xlsx?q=%E6%95%B0%E6%8D%AE"' in text


def test_the_bar_says_how_many_entries_are_listed(client):
    make.make_policy(date="2012", published=True)
    assert "全部1条" in page(client, "/")
    assert "1 entry in all" in page(client, "/en/")
    make.make_milestone(date="2013", published=True)
    assert "全部2条" in page(client, "/")
    assert "所列1条，共2条" in page(client, "/?kind=policy")
    assert "1 entry of 2" in page(client, "/en/?kind=policy")


def test_filter_order_and_downloads_are_folded_and_the_number_is_not(client):
    make.make_policy(date="2012", published=True)
    bar = page(client, "/?kind=policy").partition('<div class="listing__bar">')[2]
    assert re.findall(r'<details class="(filter|order|downloads)">', bar) == ["filter", "order", "downloads"]
    assert "所列1条" in bar.partition("<details")[0]


def test_the_filter_keeps_what_was_searched_for_and_in_which_order(client):
    make.make_policy(title="数据", date="2012", published=True)
    form = (
        page(client, "/?q=数据&order=relevance")
        .partition('<form class="filter__form"')[2]
        .partition("</form>")[0]
    )
    assert '<input type="hidden" name="q" value="数据">' in form
    assert '<input type="hidden" name="order" value="relevance">' in form
    assert 'type="hidden"' not in page(client, "/")


def test_the_search_of_every_page_leads_to_the_list_and_keeps_what_was_searched_for(client):
    policy = make.make_policy(published=True)
    for prefix in ("", "/en"):
        for address in ("/", "/goals/", "/about/", policy.get_absolute_url(), "/no/such/page/"):
            header = client.get(prefix + address).content.decode().partition("</header>")[0]
            assert f'<form class="search__form" action="{prefix}/#list" method="get">' in header, address
    header = page(client, "/?q=云&kind=policy").partition("</header>")[0]
    assert 'name="q" value="云"' in header
    assert 'name="q" value=""' in page(client, "/?kind=policy").partition("</header>")[0]


def test_the_skip_link_leads_past_the_picture(client):
    make.make_policy(published=True)
    assert '<a class="skip-link" href="#list">跳到列表</a>' in page(client, "/")
    assert '<a class="skip-link" href="#content">' in page(client, "/goals/")


def test_hits_come_forty_to_a_page(client, monkeypatch):
    assert front.HITS_PER_PAGE == 40
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


def test_the_title_names_the_filter(client):
    make.make_topic(slug="a", title="云<b>", title_en="")
    text = page(client, "/en/?kind=milestone&topic=a&from=2011")
    title = re.search(r"<title>(.*?)</title>", text, re.S)[1]
    assert " ".join(title.split()) == "Milestone · 云&lt;b&gt; · From 2011 · Chronicle"


@pytest.mark.parametrize("parameter", front.Timeline.parameters)
def test_what_one_visitor_typed_is_shown_to_no_other(client, parameter):
    make.make_policy(date="2012", published=True)
    typed = page(client, f"/?{parameter}=typedby1")
    assert "typedby1" not in page(client, "/")
    assert ('value="typedby1"' in typed) == (parameter in ("q", "from", "to"))
    assert page(client, f"/?{parameter}=typedby1") == typed


def test_the_about_page_says_how_to_cite_the_chronicle_and_its_data(client):
    make.make_chronicle(title="某市编年")
    text = page(client, "/about/")
    assert "某市编年[EB/OL]. [" in text
    assert "某市编年[DS/OL]. V2" in text
    assert 'href="/about/chronicle.bib"' in text
    assert 'href="/about/chronicle-data.bib"' in text
    assert '<meta name="DC.type" content="dataset">' in text
