"""The page of an entry: its dates, its facts, its assessments, and how to cite it."""

import re
from operator import itemgetter

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests import factories as make
from tests.embedded_metadata import read_page
from tests.forms import address_of
from tests.pages import order_of, page
from tests.query_plans import searches_by_status
from timeline.models import Milestone
from timeline.public.views.entries import EntryDetail

pytestmark = pytest.mark.django_db


def test_a_date_is_shown_just_as_far_as_it_is_known(client):
    entry = make.make_policy(date="2013-09", published=True)
    text = page(client, entry)
    assert '<time datetime="2013-09">2013年9月</time>' in text


def test_a_policy_without_a_date_stands_by_its_document_date_and_says_so(client):
    entry = make.make_policy(issued="2016-11-14", published=True)
    assert '2016年11月14日</time><span class="basis">（成文日期）' in page(client, entry)


def test_a_goal_says_that_its_date_is_that_of_its_declaration(client):
    policy = make.make_policy(date="2016-09-26", published=True)
    goal = make.make_goal(declared_by=policy, published=True)
    assert order_of(page(client, goal), "<dt>提出时间</dt>", "2016年9月26日", "<dt>提出依据</dt>")


def test_policies_show_their_relations_both_ways_and_what_one_changes(client):
    plan = make.make_policy(title="实施方案", published=True)
    national = make.make_policy(title="国家行动", published=True)
    make.make_relation(
        plan, "amends", national, change="期限改为三年", change_en="Three years instead of two"
    )
    assert order_of(page(client, plan), "修订", "国家行动", "期限改为三年")
    assert order_of(page(client, national), "由以下文件修订", "实施方案", "期限改为三年")
    assert "Three years instead of two" in page(client, f"/en{national.get_absolute_url()}")


def test_a_policy_shows_the_goals_and_milestones_that_refer_to_it(client):
    policy = make.make_policy(date="2010", published=True)
    goal = make.make_goal(declared_by=policy, published=True)
    milestone = make.make_milestone(policies=[policy], published=True)
    text = page(client, policy)
    assert goal.get_absolute_url() in text
    assert milestone.get_absolute_url() in text
    assert policy.get_absolute_url() in page(client, goal)
    assert policy.get_absolute_url() in page(client, milestone)


def test_a_goal_shows_what_else_was_set_with_it(client):
    policy = make.make_policy(published=True)
    goal = make.make_goal(declared_by=policy, published=True)
    other = make.make_goal(declared_by=policy, published=True)
    hidden = make.make_goal(declared_by=policy)
    text = page(client, goal)
    assert other.get_absolute_url() in text
    assert hidden.get_absolute_url() not in text


def test_a_page_says_how_to_cite_it_and_the_document_after_its_source(client):
    make.make_chronicle(title="某市编年")
    policy = make.make_policy(
        slug="a", title="后台规划", document_number="甬党〔2010〕14号", issued="2010-09", published=True
    )
    source = make.make_source(
        title="某市后台规划",
        publisher="某网",
        number="甬党[2010]14号",
        url="http://example.org/a",
        published="2010-09-15",
        accessed="2026-11-29",
    )
    make.make_citation(policy, source=make.make_source(title="别的报道"))
    make.make_citation(policy, source=source)
    today = timezone.localdate()
    for prefix in ("", "/zh-hant", "/en"):
        text = page(client, f"{prefix}{policy.get_absolute_url()}")
        # One address, in the default language, and titles in their own script.
        assert (
            f"某市编年. 后台规划：甬党〔2010〕14号[EB/OL]. （{today}）[{today}]. http://testserver/policies/a/."
        ) in text
        assert (
            "某网. 某市后台规划：甬党[2010]14号[EB/OL]. （2010-09-15）[2026-11-29]. http://example.org/a."
            in text
        )
        assert 'href="http://testserver/policies/a/" rel="bookmark"' in text
        assert 'href="/policies/a/cite.ris"' in text
        assert f'href="/sources/{source.slug}/cite.bib"' in text
    # In English the styles of English come first.
    assert text.index("Chicago 18") < text.index("GB/T 7714—2025")
    assert "The document (as a source publishes it)" in text


def test_the_entries_of_other_kinds_cite_only_themselves(client):
    milestone = make.make_milestone(date="2010", published=True)
    assert page(client, milestone).count("GB/T 7714—2025") == 1


def test_a_title_cannot_break_out_of_its_reference(client):
    entry = make.make_milestone(title='</i><b>{100%}"</b>', published=True)
    text = page(client, entry)
    assert "<b>{" not in text
    assert 'content="&lt;/i&gt;&lt;b&gt;{100%}&quot;&lt;/b&gt;"' in text


def test_a_citation_program_reads_the_head_of_a_page(client):
    make.make_chronicle(title="某市编年", publisher="某市档案馆")
    entry = make.make_milestone(slug="a", title="开幕", published=True)
    found = read_page(page(client, f"/en{entry.get_absolute_url()}"))
    assert found == {
        "itemType": "webpage",
        "title": "开幕",
        "creators": ["某市档案馆"],
        "date": f"{timezone.localdate():%Y/%m/%d}",
        "publisher": "某市编年",
        "publicationTitle": "某市编年",
        "language": "zh",
        "url": "http://testserver/milestones/a/",
    }


def test_the_preview_of_a_draft_leads_to_no_file_of_references(client):
    draft = make.make_milestone()
    client.force_login(make.make_editor())
    text = page(client, address_of("draft_preview", draft))
    assert "cite.bib" not in text


def test_an_assessment_is_shown_with_its_source(client):
    goal = make.make_goal(target="2015", published=True)
    make.make_assessment(goal, source=make.make_source(title="审计报告"), delivery="partly", note="还差一半")
    text = page(client, goal)
    for fact in ("部分完成", "独立佐证", "审计报告", "还差一半"):
        assert fact in text


def test_all_citations_of_an_assessment_are_shown_in_the_order_of_their_sources(client):
    goal = make.make_goal(target="2015", published=True)
    audit, annals = make.make_source(slug="b", title="审计报告"), make.make_source(slug="a", title="年鉴")
    assessment = make.make_assessment(goal, source=audit, locator="第7页")
    make.make_assessment_citation(assessment, source=audit, locator="第9页", quotation="尚有差距")
    make.make_assessment_citation(assessment, source=annals)
    text = page(client, goal)
    places = [text.index(fact) for fact in ("年鉴", "审计报告", "第7页", "第9页", "尚有差距")]
    assert places == sorted(places)
    assert text.count("审计报告") == 1


def test_an_assessment_of_many_citations_shows_the_first_and_counts_the_others(client):
    goal = make.make_goal(published=True)
    assessment = make.make_assessment(goal, locator="第1页")
    for number in range(2, 9):
        make.make_assessment_citation(assessment, source=make.make_source(), locator=f"第{number}页")
    text = page(client, goal)
    assert "第5页" in text
    assert "第6页" not in text
    assert "另有3" in text


def test_markup_in_content_is_shown_as_text_and_never_runs(client):
    entry = make.make_policy(
        title="<b>题</b>",
        summary="<script>alert(1)</script>",
        body="<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))",
        published=True,
    )
    text = page(client, entry)
    assert "&lt;b&gt;题&lt;/b&gt;" in text
    # The only one is that of structured data, in which no text can end it.
    scripts = ['<script type="module" src="/static/js/copy.js">', '<script type="application/ld+json">']
    assert sorted(re.findall("<script[^>]*>", text)) == sorted(scripts)
    assert "<img" not in text
    assert 'href="javascript' not in text


def test_an_entry_is_not_found_under_another_kind(client):
    policy = make.make_policy(published=True)
    page(client, f"/goals/{policy.slug}/", status=404)


def test_an_undated_entry_says_so_and_has_no_strip(client):
    text = page(client, make.make_policy(published=True))
    assert order_of(text, "日期未载", "<h1>")
    assert 'class="strip"' not in text


def test_the_date_by_which_a_policy_stands_is_not_disputed_by_a_source_that_gives_it(client):
    policy = make.make_policy(issued="2016-09-26", published=True)
    make.make_citation(policy, date="2016-09-26")
    assert "所记日期为" not in page(client, policy)


def test_where_a_source_gives_a_date_no_page_says_that_none_does(client):
    policy = make.make_policy(published=True)
    make.make_citation(policy, date="2016")
    text = page(client, policy)
    assert "所记日期为<time" in text
    assert "所引来源均未写明日期" not in text


def test_a_goal_does_not_say_that_the_sources_are_silent_when_what_declares_it_was_withdrawn(client):
    policy = make.make_policy(title="撤回的决定", published=True)
    goal = make.make_goal(declared_by=policy, published=True)
    policy.withdraw(by=make.make_user(), comment="有误")
    text = page(client, goal)
    assert "提出它的条目未公开" in text
    assert "<dt>提出依据</dt><dd>来源未写明" not in text
    assert "撤回的决定" not in text


def test_a_page_says_where_in_its_source_each_statement_stands(client):
    policy = make.make_policy(slug="plan", published=True)
    source = make.make_source(title="日报")
    for locator in ("¶5", "第3版"):
        make.make_citation(policy, source=source, locator=locator)
    text = page(client, policy.get_absolute_url())
    assert "日报" in text
    assert "第5段" in text
    assert "第3版" in text


def test_a_kind_without_a_view_of_its_own_shows_its_facts_and_the_public_entries_it_names(rf):
    """A milestone is displayed as if it had no view and no template of its own."""
    public, hidden = (
        make.make_policy(title="已公开的决定", published=True),
        make.make_policy(title="草稿中的决定"),
    )
    entry = make.make_milestone(occasion="大会", policies=[public], published=True)
    entry.policies.add(hidden)
    request = rf.get(entry.get_absolute_url())
    request.user = AnonymousUser()
    view = EntryDetail(model=Milestone)
    view.setup(request, slug=entry.slug)
    response = view.get(request)
    own, response.template_name = response.template_name[0], response.template_name[1:]
    text = response.render().content.decode()
    assert own == "timeline/milestone_detail.html"
    assert order_of(text, "<dt>场合</dt>", "<dd>大会</dd>", ">政策</span>", "已公开的决定")
    assert "草稿中的决定" not in text


def test_a_page_says_what_the_entry_is_before_anything_else(client):
    policy = make.make_policy(
        title="某决定",
        title_en="A Decision",
        summary="摘要如此",
        body="正文如此",
        date="2010",
        document_type="decision",
        document_number="甬党〔2010〕14号",
        published=True,
    )
    text = page(client, policy)
    assert order_of(
        text,
        '<nav class="trail"',
        'href="/?from=2010&amp;to=2010#list"',
        '<span class="kind">政策 · 决定</span>',
        "2010年",
        "甬党〔2010〕14号",
        "<h1>某决定</h1>",
        "摘要如此",
        'href="#text"',
        'href="#sources"',
        'href="#cite"',
        '<figure class="strip">',
        ">基本信息</h2>",
        'id="text"',
        "正文如此",
        "A Decision",
        'id="sources"',
        'id="cite"',
        ">本条更新记录</h2>",
    )


def test_jumps_lead_only_to_what_is_there(client):
    text = page(client, make.make_milestone(published=True))
    assert 'href="#text"' not in text
    assert 'id="text"' not in text
    assert 'id="sources"' in text


def test_a_jump_leads_to_the_assessments_of_a_goal(client):
    goal = make.make_goal(title="目标", title_en="Goal", target="2015", published=True)
    text = page(client, goal)
    assert order_of(text, 'href="#assessments"', 'href="#cite"', 'id="assessments"')
    # A title alone is not a text.
    assert ">内容</h2>" not in text


def test_the_first_rendering_of_a_policy_to_which_everything_refers_takes_few_queries(
    client, django_assert_max_num_queries
):
    policy = make.make_policy(
        date="2013", topics=[make.make_topic()], issuers=[make.make_organization()], published=True
    )
    for _number in range(3):
        make.make_assessment(make.make_goal(target="2020", declared_by=policy, published=True))
        make.make_milestone(date="2014", policies=[policy], published=True)
        make.make_relation(make.make_policy(published=True), "implements", policy)
    # One of them reads the content version.
    with django_assert_max_num_queries(18):
        page(client, policy)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The planner of PostgreSQL has statistics")
def test_what_a_page_names_of_others_begins_with_no_list_of_all_public_entries(client):
    topic, policy = make.make_topic(published=True), make.make_policy(date="2012", published=True)
    make.make_relation(policy, "based_on", make.make_policy(date="2010", published=True))
    goals = [make.make_goal(declared_by=policy, target=year, published=True) for year in ("2013", "2014")]
    milestone = make.make_milestone(date="2012", policies=[policy], published=True)
    designations = [
        make.make_designation(programme="试点", date=year, published=True) for year in ("2013", "2014")
    ]
    for entry in (policy, *goals, milestone, *designations):
        entry.topics.add(topic)
        caches["template_fragments"].clear()
        with CaptureQueriesContext(connection) as captured:
            assert client.get(entry.get_absolute_url()).status_code == 200
        found = [
            sql
            for sql in map(itemgetter("sql"), captured)
            if "timeline_entry" in sql and "MIN(" not in sql and searches_by_status(sql)
        ]
        assert found == []
