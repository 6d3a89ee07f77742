"""The pages of sources: what cites each place in a source, and where a source differs from an entry."""

import re

import pytest

from tests import factories as make
from tests.pages import order_of, page

pytestmark = pytest.mark.django_db


def test_a_source_lists_what_rests_on_each_paragraph_in_order(client):
    source = make.make_source(title="文章", note="未署日期", url="http://example.org/a")
    late = make.make_milestone(title="第十段的事", date="2010", published=True)
    early = make.make_milestone(title="第九段的事", date="2011", published=True)
    make.make_citation(late, source=source, locator="¶10")
    make.make_citation(early, source=source, locator="¶9")
    text = page(client, source)
    assert order_of(text, "文章", "未署日期", "¶9", "第九段的事", "¶10", "第十段的事")
    assert '<a href="http://example.org/a"' in text


def test_a_source_that_is_not_to_be_linked_shows_its_address_as_text(client):
    text = page(client, make.make_source(url="http://example.org/b", linked=False))
    assert "http://example.org/b" in text
    assert 'href="http://example.org/b"' not in text


def test_a_locator_may_be_anything(client):
    source = make.make_source()
    for locator in ("①", "¶²", "5①", "", "第3页"):
        make.make_citation(make.make_milestone(date="2010", published=True), source=source, locator=locator)
    assert order_of(page(client, source), "全文", "5①")


def test_a_source_shows_the_assessments_that_rest_on_it(client):
    source = make.make_source()
    goal = make.make_goal(title="目标甲", published=True)
    make.make_assessment(goal, source=source, locator="¶3")
    make.make_assessment(make.make_goal(title="目标乙"), source=source, locator="¶4")
    text = page(client, source)
    assert order_of(text, "¶3", "评估", "目标甲")
    assert "目标乙" not in text


def test_the_places_of_a_source_are_a_list_to_jump_from_with_their_sizes(client):
    source = make.make_source()
    for title, locator in (("甲", "¶10"), ("乙", "¶9"), ("丙", "¶9")):
        entry = make.make_milestone(title=title, date="2010", published=True)
        make.make_citation(entry, source=source, locator=locator)
    text = page(client, source)
    jumps = re.findall(r'<a href="#([^"]+)">(\S+) <span class="jumps__size">(\d+)条</span>', text)
    assert jumps == [("at-¶9", "第9段", "2"), ("at-¶10", "第10段", "1")]
    for anchor, _locator, _size in jumps:
        assert f'id="{anchor}"' in text


def test_a_date_that_a_source_gives_is_marked_where_it_differs_from_the_entry(client):
    source = make.make_source()
    same = make.make_milestone(title="相同", date="2013", published=True)
    exact = make.make_milestone(title="更确切", date="2013-01-29", published=True)
    other = make.make_milestone(title="不同", date="2014", published=True)
    for entry in (same, exact, other):
        make.make_citation(entry, source=source, locator="¶4", date="2013", wording="原话")
    text = page(client, source)
    assert text.count("said-there--differs") == 1
    assert order_of(
        text,
        "相同",
        "2013年",
        "更确切",
        "2013年1月29日",
        "，不如条目确切",
        "不同",
        "said-there--differs",
        "原话",
    )
    assert "有1处与条目不同" in text
    assert client.get(source.get_absolute_url()).context["differing_count"] == 1


def test_on_the_page_of_a_source_an_entry_has_its_date_as_everywhere(client):
    source, policy = make.make_source(), make.make_policy(date="2016-09-26", published=True)
    undated = make.make_milestone(title="大事甲", published=True)
    goal = make.make_goal(title="目标乙", declared_by=policy, published=True)
    for entry in (undated, goal):
        make.make_citation(entry, source=source, locator="¶4")
    text = page(client, source)
    assert order_of(text, "大事甲", "日期未载")
    assert order_of(text, "目标乙", "2016年9月26日", "（提出时间）")


def test_a_citation_leads_to_its_place_on_the_page_of_the_source(client):
    source = make.make_source(slug="s")
    policy = make.make_policy(slug="a", published=True)
    make.make_citation(policy, source=source, locator="¶5 第3页")
    make.make_citation(policy, source=source, locator="")
    page = client.get("/policies/a/").content.decode()
    place, anchor = re.search(r'class="locator" href="/sources/s/(\?place=[^"#]+)#([^"]+)"', page).groups()
    assert f'id="{anchor}"' in client.get(f"/sources/s/{place}").content.decode()


def test_the_list_of_sources_names_publisher_date_and_archived_copy(client):
    make.make_source(
        title="文章", publisher="日报", published="2013-01", archived_url="https://example.org/a"
    )
    text = page(client, "/sources/")
    assert order_of(text, "文章", "日报", "2013年1月", 'href="https://example.org/a"')
