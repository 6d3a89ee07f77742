"""Searches of the front page: other records above the entries, and proposals where nothing is found."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make

pytestmark = pytest.mark.django_db


def text_of(client, address, **parameters):
    return client.get(address, parameters, follow=True).content.decode()


def named(text):
    return re.findall(r'<dd>\s*<a href="([^"]+)"', text)


def nothing(text):
    """Return the addresses and texts of what is proposed."""
    part = text.partition('<div class="nothing">')[2]
    links = re.findall(r'<a href="([^"]+)">(.*?)</a>\s*<span class="nothing__size">([^<]*)<', part, re.S)
    return [
        (address.replace("&amp;", "&"), " ".join(re.sub("<[^>]+>", "", words).split()), size)
        for address, words, size in links
    ]


def test_records_of_that_name_stand_above_the_entries(client):
    topic = make.make_topic(title="城市大脑")
    phase = make.make_phase(title="城市大脑上线", short_title="城市大脑", period="2021/..")
    make.make_policy(title="城市大脑方案", published=True)
    for address, words in (("/", "城市大脑"), ("/zh-hant/", "城市大腦")):
        text = text_of(client, address, q=words)
        prefix = address.rstrip("/")
        assert named(text) == [prefix + topic.get_absolute_url(), prefix + phase.get_absolute_url()]
        assert text.index('class="named"') < text.index('class="entry"')


@pytest.mark.parametrize(
    ("prefix", "link"),
    [("", "2015年的条目（2）"), ("/zh-hant", "2015年的條目（2）"), ("/en", "Entries of 2015 (2)")],
)
def test_a_search_for_a_year_leads_to_the_entries_of_that_year(client, prefix, link):
    make.make_policy(title="办法", date="2015-06", published=True)
    make.make_policy(title="到2015年的纲要", date="2015", published=True)
    make.make_policy(title="2015年的回顾", date="2016", published=True)
    text = text_of(client, f"{prefix}/", q="2015")
    address = f'<a href="{prefix}/?from=2015&amp;to=2015#list">{link}</a>'
    assert address in text
    assert text.index(address) < text.index('class="entry"')
    assert (
        "from=2015"
        not in text_of(client, f"{prefix}/", q="2015", kind="policy").partition('data-part="list"')[2]
    )


def test_a_search_for_a_year_without_entries_leads_to_none(client):
    make.make_policy(title="1998年的回顾", date="2016", published=True)
    assert "from=1998" not in text_of(client, "/", q="1998").partition('data-part="list"')[2]


@pytest.mark.parametrize(
    ("prefix", "query", "words"),
    [
        ("", "2013-01-28", '2013年1月28日的条目，以及含有<q class="typed" lang="">2013-01-28</q>的条目'),
        ("/zh-hant", "2013.1", '2013年1月的條目，以及含有<q class="typed" lang="">2013.1</q>的條目'),
        (
            "/en",
            "二〇一三年一月",
            'Entries of January 2013, and entries that contain <q class="typed" lang="">二〇一三年一月</q>',
        ),
    ],
)
def test_a_search_that_is_a_date_says_so_and_finds_the_entries_of_the_date(client, prefix, query, words):
    make.make_policy(slug="day", title="办法", date="2013-01-28", published=True)
    make.make_policy(
        slug="text", title="回顾", body="2013年1月28日起，网络建成。", date="2016", published=True
    )
    make.make_policy(slug="year", title="纲要", date="2013", published=True)
    text = text_of(client, f"{prefix}/", q=query)
    assert words in text
    assert re.findall(r'class="entry" id="entry-([^"]+)"', text) == ["day", "text"]
    if not prefix:
        assert "<mark>2013年1月28日</mark>起" in text
    assert "<q" not in text_of(client, f"{prefix}/", q="办法").partition('data-part="list"')[2]


def test_of_a_date_without_entries_it_is_said_that_there_are_none(client):
    make.make_policy(title="办法", date="2013-01", published=True)
    assert "没有2013年1月28日的条目，也没有条目含有" in text_of(client, "/", q="2013-01-28")
    assert "No entry has the date 28 January 2013" in text_of(client, "/en/", q="2013-01-28")


def test_an_entry_of_that_name_stands_there_where_the_order_is_that_of_time(client):
    make.make_policy(title="早年的宽带中国方案", date="2010", published=True)
    entry = make.make_policy(title="专项行动", aliases="宽带中国", date="2013", published=True)
    assert named(text_of(client, "/", q="宽带中国")) == [entry.get_absolute_url()]
    by_relevance = text_of(client, "/", q="宽带中国", order="relevance")
    assert named(by_relevance) == []
    first = re.search(r'class="entry" id="entry-([^"]+)"', by_relevance)[1]
    assert first == entry.slug


def excerpts(text):
    return re.findall(r'<p class="named__excerpt">(.*?)</p>', text)


def test_a_record_found_by_its_description_shows_where(client):
    make.make_phase(
        title="城市大脑上线",
        summary="基层治理归入同一张网格，由城市大脑指挥。",
        summary_en="One grid of all.",
    )
    make.make_topic(title="网格", description="网格的来历。")
    make.make_source(title="公告", note="另见网格公告。")
    make.make_organization(title="局", description="管理**网格**的机构。")
    make.make_policy(title="办法", published=True)
    for address in ("/", "/records/"):
        assert {*excerpts(text_of(client, address, q="网格"))} == {
            "基层治理归入同一张<mark>网格</mark>，由城市大脑指挥。",
            "另见<mark>网格</mark>公告。",
            "管理<mark>网格</mark>的机构。",
        }
    assert excerpts(text_of(client, "/zh-hant/", q="同一張網格")) == [
        "基層治理歸入<mark>同一張網格</mark>，由城市大腦指揮。"
    ]
    assert excerpts(text_of(client, "/en/", q="one grid")) == ["<mark>One</mark> <mark>grid</mark> of all."]


def test_where_entries_are_filtered_other_records_are_a_number_and_a_link(client):
    make.make_topic(title="宽带")
    make.make_policy(title="宽带方案", published=True)
    text = text_of(client, "/", q="宽带", kind="policy")
    assert named(text) == []
    assert 'href="/records/?q=%E5%AE%BD%E5%B8%A6"' in text
    assert "/records/" not in text_of(client, "/", q="方案", kind="policy")


def test_they_are_on_the_first_page_only(client, monkeypatch):
    monkeypatch.setattr("timeline.public.views.front.HITS_PER_PAGE", 1)
    make.make_topic(title="宽带")
    for _number in range(2):
        make.make_policy(title="宽带方案", published=True)
    assert named(text_of(client, "/", q="宽带", order="relevance"))
    assert not named(text_of(client, "/", q="宽带", order="relevance", page="2"))


def test_more_than_fit_lead_to_all(client):
    for number in range(12):
        make.make_topic(title=f"宽带{number}")
    make.make_policy(title="宽带方案", published=True)
    text = text_of(client, "/", q="宽带")
    assert len(named(text)) == 8
    assert 'href="/records/?q=%E5%AE%BD%E5%B8%A6"' in text


def test_a_draft_is_neither_named_nor_proposed_nor_counted(client):
    make.make_policy(title="宽带方案", published=True)
    make.make_policy(title="城市大脑", slug="draft")
    for words in ("城市大脑", "域市大脑", "城市 宽带"):
        text = text_of(client, "/", q=words)
        assert "/policies/draft/" not in text
    text = text_of(client, "/en/", q="城市 宽带")
    assert [link[1] for link in nothing(text)] == ["宽带", "All entries"]


def test_where_nothing_is_found_parts_and_similar_names_are_proposed(client):
    miit = make.make_organization(title="工业和信息化部", aliases="工信部", title_en="MIIT")
    make.make_policy(title="5G方案", published=True)
    text = text_of(client, "/", q="5G 基站")
    assert nothing(text)[0] == ("/?q=5G#list", "5G", "1条")
    text = text_of(client, "/", q="工信不")
    assert nothing(text)[0] == (miit.get_absolute_url(), "工业和信息化部", "机构")
    text = text_of(client, "/en/", q="工信不")
    assert nothing(text)[0] == (f"/en{miit.get_absolute_url()}", "MIIT", "Organization")


def test_where_a_record_without_entries_is_found_nothing_is_proposed_instead(client):
    make.make_organization(title="工业和信息化部", aliases="工信部")
    make.make_policy(title="工信方案", published=True)
    text = text_of(client, "/en/", q="工信部")
    assert named(text)
    assert [link[1] for link in nothing(text)] == ["All entries"]


def test_where_only_a_record_is_found_its_entries_come_before_all_entries(client):
    topic = make.make_topic(slug="sharing", title="政务数据共享", title_en="Data sharing")
    make.make_topic(title="政务数据共享平台")
    for number in range(2):
        make.make_policy(title=f"办法{number}", topics=[topic], published=True)
    make.make_policy(title="别的办法", published=True)
    for words in ("政务数据共享", "政務數據共享"):
        assert nothing(text_of(client, "/en/", q=words)) == [
            ("/en/?topic=sharing#list", "Topic “Data sharing”", "2 entries"),
            ("/en/#list", "All entries", "3 entries"),
        ]
    text = text_of(client, "/en/", topic="sharing")
    assert text.count('<article class="entry"') == 2


def test_what_is_not_found_is_named_by_the_number_of_conditions(client):
    make.make_policy(title="宽带方案", published=True)
    typed = 'No entry contains <q class="typed" lang="">光网</q>.'
    several, one = "No entry meets all of these conditions.", "No entry meets this condition."
    fewer = "Fewer conditions give more:"
    for parameters, said, unsaid in (
        ({"q": "光网"}, [typed], [several, one, fewer]),
        ({"kind": "goal"}, [one], [several, fewer]),
        ({"q": "光网", "kind": "goal"}, [several, fewer], [typed, one]),
    ):
        text = text_of(client, "/en/", **parameters)
        assert all(words in text for words in said), parameters
        assert not any(words in text for words in unsaid), parameters


def test_the_search_without_its_filters_is_offered_with_its_number(client):
    make.make_policy(title="宽带方案", date="2013", published=True)
    make.make_milestone(title="启动", date="2015", published=True)
    text = text_of(client, "/", q="宽带", kind="goal", **{"from": "2020"})
    address, words, size = nothing(text)[0]
    assert (address, words.split()[-1], size) == ("/?q=%E5%AE%BD%E5%B8%A6#list", "宽带", "1条")
    text = text_of(client, "/", q="宽代方案", kind="policy", **{"from": "2020"})
    assert "宽带方案" in [words for _address, words, _size in nothing(text)]


@pytest.mark.parametrize(
    "parameters", [{"q": "宽带"}, {"q": "宽代方案"}, {"q": "宽代", "kind": "policy", "from": "2020"}]
)
def test_the_number_of_queries_is_that_of_few_records(client, parameters):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/", parameters)
        return len(captured)

    def add(size):
        for number in range(size):
            phase = make.make_phase(title=f"宽带{number}")
            topic, body = make.make_topic(title="宽带"), make.make_organization(title="宽带")
            make.make_area(title="宽带")
            make.make_source(title="宽带")
            make.make_policy(title="宽带", topics=[topic], issuers=[body], phase=phase, published=True)

    add(1)
    few = queries()
    add(3)
    # That there are more than are displayed takes a query to count them.
    assert few <= queries() <= few + 1


def test_a_long_text_that_finds_nothing_is_repeated_by_its_beginning(client):
    make.make_policy(title="办法", published=True)
    text = text_of(client, "/", q="无" * 150)
    said = text.partition('<p class="nothing__said">')[2].partition("</p>")[0]
    assert said.count("无") < 60
    assert "..." in said or "…" in said


def test_the_note_of_an_undated_entry_stands_once_and_as_the_editors(client):
    make.make_goal(title="无日期", editor_note="来源说五年内，期限按“规划”推算。", published=True)
    for query in ("规划", ""):
        text = re.sub("<[^>]+>", "", text_of(client, "/", q=query))
        assert text.count("来源说五年内，期限按“规划”推算。") == 1
        assert "编者说明：来源说五年内" in text
