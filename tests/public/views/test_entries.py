"""The page of an entry: its dates, its facts, its sources, and how to cite it."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from tests import factories as make
from tests.pages import order_of, page
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
    assert "（提出时间）" in page(client, goal)


def test_a_disputed_date_stands_beside_the_other_with_its_source(client):
    entry = make.make_milestone(date="2010", published=True)
    make.make_citation(entry, source=make.make_source(title="日报"), date="2010-09")
    assert '《日报》所记日期为<time datetime="2010-09">2010年9月' in page(client, entry)


def test_a_source_that_disputes_a_date_and_is_named_with_quotes_stands_in_quotes_of_its_own(client):
    entry = make.make_policy(date="2016-11", published=True)
    make.make_citation(entry, source=make.make_source(title="“十三五”规划"), date="2016-11-14")
    assert '《“十三五”规划》所记日期为<time datetime="2016-11-14">2016年11月14日' in page(client, entry)


def test_a_citation_names_the_publisher_where_the_title_does_not(client):
    entry = make.make_policy(title="某规划", date="2016-11", published=True)
    make.make_citation(entry, source=make.make_source(title="某规划", publisher="某网"))
    make.make_citation(entry, source=make.make_source(title="〔日报报道〕", publisher="日报"))
    text = page(client, entry)
    assert order_of(text, ">来源</h2>", "某规划</a> · 某网", "</li>")
    assert "〔日报报道〕</a></p>" in text


def test_an_entry_shows_what_it_cites(client):
    entry = make.make_milestone(date="2010", published=True)
    source = make.make_source(title="某篇文章")
    make.make_citation(entry, source=source, locator="¶7", wording="原话如此")
    text = page(client, entry)
    assert source.get_absolute_url() in text
    assert "某篇文章" in text
    assert "¶7" in text
    assert "原话如此" in text


def test_a_policy_shows_its_facts(client):
    policy = make.make_policy(
        published=True,
        document_type="decision",
        document_number="甬党[2010]14号",
        issuers=[
            make.make_organization(title="市政府", precedence=20),
            make.make_organization(title="市委", precedence=10),
        ],
        level="municipal",
        covers="2011/2015",
        effective_from="2010-10",
        validity="in_force",
        official_url="https://example.org/doc",
    )
    text = page(client, policy)
    for fact in (
        "决定",
        "甬党〔2010〕14号",
        "市级",
        "2011—2015年",
        "2010年10月",
        "现行有效",
        "https://example.org/doc",
    ):
        assert fact in text
    assert order_of(text, "市委", "市政府")


def test_policies_show_their_relations_both_ways(client):
    plan = make.make_policy(title="实施方案", published=True)
    national = make.make_policy(title="国家行动", published=True)
    make.make_relation(plan, "implements", national)
    assert order_of(page(client, plan), "贯彻", "国家行动")
    assert order_of(page(client, national), "由以下文件贯彻", "实施方案")


def test_a_policy_shows_the_goals_and_milestones_that_refer_to_it(client):
    policy = make.make_policy(date="2010", published=True)
    goal = make.make_goal(declared_by=policy, published=True)
    milestone = make.make_milestone(policies=[policy], published=True)
    text = page(client, policy)
    assert goal.get_absolute_url() in text
    assert milestone.get_absolute_url() in text
    assert policy.get_absolute_url() in page(client, goal)
    assert policy.get_absolute_url() in page(client, milestone)


def test_a_designation_shows_programme_batch_and_areas(client):
    designation = make.make_designation(
        programme="国家智慧城市试点",
        batch=2,
        designee=make.make_area(title="宁波市"),
        areas=[make.make_area(title="海曙区")],
        authority=make.make_organization(title="住建部"),
        published=True,
    )
    other = make.make_designation(programme="国家智慧城市试点", batch=3, published=True)
    text = page(client, designation)
    for fact in ("国家智慧城市试点", "第2批", "宁波市", "海曙区", "住建部", other.get_absolute_url()):
        assert fact in text


def test_a_goal_shows_what_else_was_set_with_it(client):
    policy = make.make_policy(published=True)
    goal = make.make_goal(declared_by=policy, published=True)
    other = make.make_goal(declared_by=policy, published=True)
    hidden = make.make_goal(declared_by=policy)
    text = page(client, goal)
    assert other.get_absolute_url() in text
    assert hidden.get_absolute_url() not in text


def test_dates_that_differ_stand_side_by_side_with_their_wording(client):
    entry = make.make_milestone(date="2010", published=True)
    make.make_citation(
        entry, source=make.make_source(title="日报"), locator="¶3", date="2010-09", wording="九月启动"
    )
    make.make_citation(entry, source=make.make_source(title="年鉴"), date="2010", wording="当年启动")
    text = page(client, entry).partition('<table class="side-by-side"')[2].partition("</table>")[0]
    assert order_of(text, 'class="side-by-side__own"', "2010年", "日报", "¶3", "2010年9月", "九月启动")
    assert order_of(text, "年鉴", "2010年", "当年启动")
    assert text.index("2010年9月</time></td>")


def test_dates_that_agree_need_no_table(client):
    entry = make.make_milestone(date="2010-09", published=True)
    make.make_citation(entry, date="2010-09")
    assert '<table class="side-by-side"' not in page(client, entry)


def test_a_source_is_shown_with_its_address_its_copy_and_when_it_was_read(client):
    entry = make.make_milestone(published=True)
    source = make.make_source(
        url="http://example.org/a",
        archived_url="http://archive.example/a",
        accessed="2026-07-01",
        author="张三",
    )
    make.make_citation(entry, source=source, locator="¶2")
    make.make_citation(entry, source=source, locator="¶5")
    unlinked = make.make_source(url="http://example.org/b", linked=False)
    make.make_citation(entry, source=unlinked)
    text = page(client, entry)
    assert order_of(
        text,
        "张三",
        "¶2",
        "¶5",
        'href="http://example.org/a"',
        'href="http://archive.example/a"',
        "2026年7月1日",
    )
    assert text.count('href="http://example.org/a"') == 1
    assert "http://example.org/b" in text
    assert 'href="http://example.org/b"' not in text


def test_a_policy_says_which_facts_the_sources_do_not_give(client):
    policy = make.make_policy(issued="2010", issuers=[make.make_organization()], published=True)
    unstated = page(client, policy).partition('class="facts__unstated"')[2].partition("</div>")[0]
    assert order_of(unstated, "发文字号", "发布日期", "施行日期", "有效性")
    assert "发文机关" not in unstated
    assert "成文日期" not in unstated


def test_a_page_says_how_to_cite_it_in_simplified_characters_and_by_one_address(client):
    make.make_chronicle(title="某市编年")
    policy = make.make_policy(
        slug="a",
        title="后台规划",
        issued="2010-09",
        issuers=[make.make_organization(title="某市")],
        published=True,
    )
    today = timezone.localdate()
    for prefix in ("", "/zh-hant", "/en"):
        text = page(client, f"{prefix}{policy.get_absolute_url()}")
        assert f"某市编年. 后台规划[EB/OL]. ({today})[{today}]. http://testserver/policies/a/." in text
        assert "某市. 后台规划[A]. 2010-09." in text
        assert "@online{policy-a, author = {{某市编年}}" in text
        assert "@misc{policy-a-document," in text
        assert 'href="http://testserver/policies/a/" rel="bookmark"' in text


def test_a_document_of_which_too_little_is_known_is_not_cited_by_itself(client):
    assert "@misc" not in page(client, make.make_policy(issued="2010", published=True))
    assert "@misc" not in page(client, make.make_milestone(date="2010", published=True))


def test_a_title_cannot_break_out_of_its_reference(client):
    entry = make.make_milestone(title="</pre><b>{100%}</b>", published=True)
    text = page(client, entry)
    assert "<b>{" not in text
    assert r"\textbraceleft{}100\%\textbraceright{}" in text


def test_an_assessment_is_shown_with_its_source(client):
    goal = make.make_goal(target="2015", published=True)
    make.make_assessment(goal, source=make.make_source(title="审计报告"), delivery="partly", note="还差一半")
    text = page(client, goal)
    for fact in ("部分完成", "独立佐证", "审计报告", "还差一半", "期限已过，评估为“部分完成”"):
        assert fact in text


def test_markup_in_content_is_shown_as_text_and_never_runs(client):
    entry = make.make_policy(
        title="<b>题</b>",
        summary="<script>alert(1)</script>",
        body="<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))",
        published=True,
    )
    text = page(client, entry)
    assert "&lt;b&gt;题&lt;/b&gt;" in text
    assert "<script" not in text
    assert "<img" not in text
    assert 'href="javascript' not in text


def test_an_entry_is_not_found_under_another_kind(client):
    policy = make.make_policy(published=True)
    page(client, f"/goals/{policy.slug}/", status=404)


def test_an_undated_entry_without_a_note_says_that_no_source_gives_a_date(client):
    entry = make.make_policy(published=True)
    assert "所引来源均未写明日期" in page(client, "/")
    assert "所引来源均未写明日期" in page(client, entry)


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


@pytest.mark.parametrize(("title", "term"), [("办法（试行）", "（试行）"), ("办法（暂行）", "（暂行）")])
def test_a_provisional_document_is_called_as_its_title_calls_it(client, title, term):
    policy = make.make_policy(title=title, provisional=True, published=True)
    assert f"规划{term}</dd>" in page(client, policy)


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
    assert order_of(text, "<dt>场合</dt>", "<dd>大会</dd>", ">政策</h", "已公开的决定")
    assert "草稿中的决定" not in text
