"""The filtered front page: conditions, counts, chips, and suggestions if nothing is found."""

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.filtering import chips, found, make_small_chronicle
from tests.pages import page, pieces, simplified, unmarked
from timeline.filters.entries import EntryFilter
from timeline.models import REFERENCES, Entry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "query", ["q=规", "q=意&kind=policy", "q=建&topic=cloud&to=2010", "q=规&kind=goal", "q=没有"]
)
def test_results_by_relevance_meet_all_conditions(little, query):
    chosen = EntryFilter(QueryDict(query), Entry.objects.published())
    assert {*chosen.by_relevance[:50]} == {*chosen.qs}
    assert chosen.by_relevance.count() == chosen.qs.count()


@pytest.mark.parametrize("query", ["q=规", "q=规&kind=policy&topic=cloud"])
def test_results_by_relevance_are_counted_by_one_query(little, django_assert_num_queries, query):
    chosen = EntryFilter(QueryDict(query), Entry.objects.published())
    assert chosen.selected["q"]
    with django_assert_num_queries(1):
        assert chosen.by_relevance.count() == 1


def counts(query, facet):
    chosen = EntryFilter(QueryDict(query), Entry.objects.published())
    (shown,) = [shown for shown in chosen.facets if shown.name == facet]
    return {choice.value: choice.size for choice in shown.choices}


def listed(text):
    """Return the titles of the list, in order."""
    return re.findall(r'<h4 class="entry__title"[^>]*><a[^>]*>([^<]+)</a>', text)


@pytest.fixture(scope="module")
def little(module_records):
    make_small_chronicle()


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"规划", "意见", "上线", "试点", "建成", "远景"}),
        ("kind=policy", {"规划", "意见"}),
        ("kind=policy&kind=goal", {"规划", "意见", "建成", "远景"}),
        ("kind=policy&topic=cloud", {"规划"}),
        ("topic=cloud", {"规划", "建成"}),
        ("topic=cloud&topic=data", {"规划", "建成", "意见"}),
        ("phase=late", {"意见", "上线", "远景"}),
        ("organization=city", {"规划", "上线"}),
        ("organization=ministry", {"试点"}),
        ("area=harbour", {"试点"}),
        ("area=hills&area=harbour", {"试点"}),
        ("type=opinions", {"意见"}),
        ("goal=unassessed", {"建成"}),
        ("goal=not_yet_due&goal=unassessed", {"建成", "远景"}),
        ("q=规", {"规划"}),
        ("q=%E8%A6%8F%E5%8A%83", {"规划"}),
        ("q=规划 没有", set()),
        ("from=2014", {"意见", "上线", "远景", "建成"}),
        ("to=2010", {"规划", "建成"}),
        ("from=2015&to=2015", {"上线", "建成"}),
        ("from=2013年&to=２０１３", {"上线"}),
        ("undated=1", {"试点"}),
        ("undated=1&to=2010", {"规划", "建成", "试点"}),
        ("kind=policy&from=2014&topic=data&q=意", {"意见"}),
    ],
)
def test_an_address_asks_for(little, query, titles):
    assert found(query) == titles


def test_a_source_is_asked_for_by_what_cites_it(little):
    source = make.make_source(slug="daily")
    for locator in ("¶1", "¶2"):
        make.make_citation(Entry.objects.get(title="上线"), source=source, locator=locator)
    assert found("source=daily") == {"上线"}
    assert counts("", "source")["daily"] == 1


def test_each_choice_says_how_many_it_would_give_under_the_other_conditions(little):
    assert counts("", "kind") == {"policy": 2, "milestone": 1, "pilot_designation": 1, "goal": 2}
    assert counts("topic=cloud", "kind") == {"policy": 1, "goal": 1}
    assert counts("topic=cloud", "topic") == {"cloud": 2, "data": 2}
    assert counts("topic=cloud&kind=policy", "topic") == {"cloud": 1, "data": 2}
    assert counts("", "organization") == {"city": 2, "ministry": 1}
    assert counts("", "area") == {"harbour": 1, "hills": 1}
    assert counts("", "goal") == {"unassessed": 1, "not_yet_due": 1}
    assert counts("from=2013", "phase") == {"early": 1, "late": 3}


def test_what_a_choice_promises_is_what_it_gives(little):
    for query in ("", "kind=policy", "topic=data&from=2010&to=2014", "undated=1"):
        chosen = EntryFilter(QueryDict(query), Entry.objects.published())
        for facet in chosen.facets:
            rest = [pair for pair in chosen.pairs if pair[0] != facet.name]
            for choice in facet.choices:
                one = "&".join(f"{name}={value}" for name, value in [*rest, (facet.name, choice.value)])
                assert len(found(one)) == choice.size, (query, facet.name, choice.value)


def test_a_choice_that_is_made_stays_where_it_gives_nothing(little):
    assert counts("area=hills&kind=policy", "area") == {"hills": 0}


def test_each_chip_drops_just_its_value(client, little):
    text = page(client, "/?kind=policy&kind=goal&topic=cloud&q=规&from=2010&to=2012&undated=1")
    found = chips(text)
    assert len(found) == 6
    assert all(address.startswith("/?") and address.endswith("#list") for address in found.values())
    of_cloud = next(address for words, address in found.items() if "云" in words)
    assert of_cloud == f"/?q={quote('规')}&kind=goal&kind=policy&from=2010&to=2012&undated=1#list"
    of_years = next(address for words, address in found.items() if "2010—2012年" in words)
    assert "from" not in of_years
    assert "undated=1" in of_years
    assert 'class="chips__clear" href="/#list"' in text
    of_one = page(client, "/?kind=policy")
    (only,) = chips(of_one).values()
    assert only == "/#list"
    assert "chips__clear" not in of_one


def test_the_list_keeps_the_order_of_time_and_the_picture_stays_that_of_all(client, little):
    def picture(text):
        return text.partition('<figure class="overview">')[2].partition("</figure>")[0]

    text = page(client, "/?topic=data&topic=cloud")
    assert listed(text) == ["规划", "建成", "意见"]
    assert picture(text) == picture(page(client, "/"))


def test_where_nothing_is_found_the_page_says_without_what_there_would_be_something(client, little):
    text = page(client, "/?kind=policy&kind=milestone&area=harbour")
    assert listed(text) == []
    nothing = text.partition('class="nothing"')[2].partition("</ul>")[0]
    assert re.findall(r'<li><a href="([^"]+)"', nothing) == [
        "/?area=harbour#list",
        "/?kind=milestone&amp;kind=policy#list",
        "/#list",
    ]
    assert re.findall(r"(\d+)(?:条| entr)", nothing) == ["1", "3", "6"]


def test_a_phase_that_the_filter_empties_is_counted_and_not_told(client, little):
    text = page(client, "/?to=2010")
    assert 'id="phase-early"' in text
    assert 'id="phase-late"' not in text


PREFIXES = ("", "/zh-hant", "/en")
TYPED = [
    "topic=nope",
    "kind=&kind=nope&goal=&goal=x&type=%F0%9F%98%80",
    "from=99999&to=abc",
    "from=0&to=-1",
    "from=2015&to=2010",
    "from=" + "9" * 5000,
    "from=1&to=9999",
    "q=" + quote("智慧 " * 2000),
    "q=%25_%5C'\"",
    "q=%ED%A0%80&topic=%FF",
    "q=+++&undated=maybe",
    "page=2010&page=x",
    "page=99999999999999999999",
    "page=undated",
    "page[]=1&kind[]=policy",
    "&".join(f"topic=t{number}" for number in range(900)),
    "utm_source=x",
]


@pytest.mark.parametrize(
    ("query", "prefix"),
    [
        # Each query in one of the languages, in turn. The other combinations run only with `make test-all`.
        pytest.param(query, prefix, marks=() if number % 3 == turn else pytest.mark.long)
        for number, query in enumerate(TYPED)
        for turn, prefix in enumerate(PREFIXES)
    ],
)
def test_whatever_a_visitor_types_gets_a_page(client, little, prefix, query):
    assert client.get(f"{prefix}/?{query}", follow=True).status_code == 200


def test_the_form_shows_what_was_typed_in_every_script(client, little):
    for prefix in ("", "/zh-hant", "/en"):
        text = page(client, f"{prefix}/?q={quote('规划')}&from={quote('２０１０年')}")
        assert 'name="q" value="规划"' in text
        assert 'name="from" value="２０１０年"' in text
        assert '<q class="typed" lang="">规划</q>' in text


def test_what_the_filter_says_is_in_the_script_of_the_page(client, little):
    make.make_topic(slug="backstage", title="后台", title_en="").entries.add(
        Entry.objects.get(title="规划").pk
    )
    for query in (
        "topic=backstage&kind=policy&from=2010",
        "topic=backstage&area=harbour&from=x",
        "page=2014",
    ):
        assert simplified(pieces(client, f"/zh-hant/?{query}")) == []
        assert unmarked(pieces(client, f"/en/?{query}")) == []


def test_markup_that_is_typed_is_shown_as_text(client, little):
    text = page(client, "/?q=<script>&topic=<b>&from=<i>")
    assert "<b>" not in text
    assert "<i>" not in text
    assert "&lt;script&gt;" in text


def test_what_is_not_public_is_not_counted(little):
    assert counts("", "topic")["cloud"] == 2


def test_an_empty_chronicle_can_be_filtered(client):
    make.empty()
    assert client.get("/?q=x&kind=policy&page=2010").status_code == 200


def many(number):
    for count in range(number):
        make.make_policy(date=str(2005 + count % 15), published=True)


def test_the_front_page_asks_as_often_of_few_entries_as_of_many(client, little):
    def queries(address):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    addresses = ["/", "/?q=第&kind=policy&topic=data&from=2005", "/en/?kind=policy"]
    few = [queries(address) for address in addresses]
    many(5)
    # The content version is read once a second.
    assert all(queries(address) <= number + 1 for address, number in zip(addresses, few, strict=True))
    # One query for the content version, two for the opening, five for the relations of cards, one for due years, one for the
    # counts of each facet, one for the records of its choices, and one more for selected records.
    assert few[0] <= 27 + 2 * len(REFERENCES)
    assert max(few) <= few[0] + 6
