"""The pages of sources: what cites each place in a source, and where a source differs from an entry."""

import re

import pytest

from tests import factories as make
from tests.embedded_metadata import read_page
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
        make.make_citation(entry, source=source, locator="¶4", date="2013", quotation="原话")
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


def test_a_date_that_another_source_gives_is_marked_as_the_date_of_the_entry(client):
    article, daily = make.make_source(), make.make_source()
    for title, date in (("未写日期", None), ("只写年份", "2013")):
        entry = make.make_designation(title=title, title_en=title, date="2013-08-05", published=True)
        make.make_citation(entry, source=article, locator="¶4", date=date)
        make.make_citation(entry, source=daily, date="2013-08-05")
    text = re.sub(r"</?time[^>]*>", "", page(client, f"/en{article.get_absolute_url()}"))
    assert order_of(
        text,
        "只写年份",
        "date of this entry: 5 August 2013 (from another source)",
        "date given there: 2013",
        "未写日期",
        "date of this entry: 5 August 2013 (from another source; not given here)",
    ) or order_of(
        text,
        "未写日期",
        "date of this entry: 5 August 2013 (from another source; not given here)",
        "只写年份",
        "date of this entry: 5 August 2013 (from another source)",
        "date given there: 2013",
    )
    assert "date of this entry" not in page(client, f"/en{daily.get_absolute_url()}")


def test_a_source_shows_what_is_quoted_from_it_and_what_the_editors_say_of_it(client):
    source = make.make_source(quoted_text="edited")
    goal = make.make_goal(published=True)
    assessment = make.make_assessment(goal, source=source, locator="¶1")
    make.make_citation(
        goal, source=source, locator="¶1", quotation="到2020年建成", remark_en="In brief", remark="简略"
    )
    make.make_assessment_citation(assessment, source=source, locator="¶2", quotation="已经建成")
    topic = make.make_topic()
    topic.citations.create(source=source, locator="¶3", quotation="持续推进")
    text = page(client, f"/en{source.get_absolute_url()}")
    quoted = '<q lang="zh-Hans">{}</q><span class="quotation__basis"> (quoted from an edited text)'
    for words in ("到2020年建成", "已经建成", "持续推进"):
        assert quoted.format(words) in re.sub(r"<span\s+", "<span ", text), words
    assert "Editors’ remark: </b>In brief" in text


def test_a_source_says_what_it_is_and_what_was_read_of_it(client):
    source = make.make_source(
        type="newspaper", place="宁波", number="甲1", pages="17", consulted="全文", quoted_text="converted"
    )
    text = page(client, f"/en{source.get_absolute_url()}")
    for fact in ("Newspaper", "宁波", "甲1", "17", "全文", "Converted from a reprint"):
        assert fact in text.partition('<dl class="facts">')[2].partition("</dl>")[0], fact


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


def test_the_page_of_a_source_says_how_to_cite_the_source_itself(client):
    source = make.make_source(
        title="探索",
        type="newspaper",
        author="陈缮真",
        publisher="人民日报",
        published="2022-08-16",
        url="http://a.cn/",
    )
    text = page(client, source)
    assert "陈缮真. 探索[N/OL]. 人民日报，2022-08-16. http://a.cn/." in text
    assert f'href="/sources/{source.slug}/cite.bib"' in text
    found = read_page(page(client, source))
    assert (found["itemType"], found["title"], found["creators"]) == ("newspaperArticle", "探索", ["陈缮真"])
    assert (found["publicationTitle"], found["url"]) == ("人民日报", "http://a.cn/")


def test_an_address_that_is_not_linked_is_in_references_as_text(client):
    text = page(client, make.make_source(title="某文", url="http://a.cn/", linked=False))
    assert "某文[EB/OL]. http://a.cn/." in text.partition('id="cite"')[2]
    assert 'href="http://a.cn/' not in text
    # Programs would make a link of it.
    assert "url" not in read_page(text)


def test_a_source_that_was_read_in_a_copy_says_so_and_its_reference_has_no_day_of_access(client):
    source = make.make_source(title="某文", url="http://a.cn/", accessed="2026-11-29", read_in_copy=True)
    text = page(client, f"/en{source.get_absolute_url()}")
    assert "<dd>29 November 2026 (stored copy)</dd>" in text
    assert "某文[EB/OL]. http://a.cn/." in text
    assert "The editors read a stored copy" in text
    entry = make.make_milestone(published=True)
    make.make_citation(entry, source=source)
    assert "(stored copy)" in page(client, f"/en{entry.get_absolute_url()}")


def test_no_date_on_the_page_of_an_undated_source_is_taken_for_its_own(client):
    source = make.make_source(accessed="2026-11-29")
    policy = make.make_policy(date="2010-09-15", published=True)
    goal = make.make_goal(date="2010-09-15", published=True)
    make.make_citation(policy, source=source, date="2010-09-14")
    make.make_assessment(goal, date="2015-12-31", source=source)
    text = page(client, source)
    for words in ("2026年11月29日", "2010年9月15日", "2010年9月14日", "2015年12月31日"):
        assert words in text, words
    assert "date" not in read_page(text)
    assert read_page(page(client, make.make_source(published="2013-01")))["date"] == "2013/01"


def test_the_list_counts_what_rests_on_a_source_other_than_entries(client):
    make.make_assessment(make.make_goal(published=True), source=make.make_source(title="年报"))
    make.make_source(title="未引的")
    text = " ".join(page(client, "/en/sources/").split())
    assert ">0<" not in text
    assert order_of(text, ">1<", "phase, topic, organization, area or assessment rests on it", "年报")
    assert order_of(text, "Nothing published rests on it.", "未引的")
