"""The facts on the page of an entry: what sources give, what they lack, and how it came to its phase."""

import pytest

from tests import factories as make
from tests.pages import order_of, page

pytestmark = pytest.mark.django_db


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


def test_a_designation_shows_programme_batch_and_areas(client):
    designation = make.make_designation(
        programme="国家智慧城市试点",
        batch=2,
        designee=make.make_area(title="宁波市"),
        areas=[make.make_area(title="海曙区")],
        authorities=[
            make.make_organization(title="科技部", precedence=20),
            make.make_organization(title="住建部", precedence=10),
        ],
        published=True,
    )
    other = make.make_designation(programme="国家智慧城市试点", batch=3, published=True)
    text = page(client, designation)
    for fact in ("国家智慧城市试点", "第二批", "宁波市", "海曙区", "住建部", other.get_absolute_url()):
        assert fact in text
    assert order_of(text, "公布机关", "住建部", "科技部")


def test_a_milestone_shows_its_areas(client):
    areas = [
        make.make_area(title=title, position=number) for number, title in enumerate(("海曙区", "江北区"))
    ]
    text = page(client, make.make_milestone(areas=areas, published=True))
    assert order_of(text, "<dt>地区</dt>", "海曙区", "江北区")


def missing_of(text):
    return text.partition("<dt>来源未载</dt>")[2].partition("</div>")[0]


def test_a_policy_whose_sources_were_examined_says_which_facts_they_do_not_give(client):
    policy = make.make_policy(
        issued="2010", issuers=[make.make_organization()], examined=True, published=True
    )
    missing = missing_of(page(client, policy))
    assert order_of(missing, "发文字号", "发布日期", "施行日期", "有效性")
    assert "发文机关" not in missing
    assert "成文日期" not in missing


def test_nothing_is_said_of_what_sources_lack_that_nobody_examined(client):
    for entry in (make.make_policy(published=True), make.make_goal(published=True)):
        text = page(client, entry)
        assert "来源未载" not in text
        assert "来源未写明" not in text
        assert "所引来源均未写明日期" not in text


def test_examined_sources_of_other_kinds_lack_a_date_an_authority_or_what_set_a_goal(client):
    for entry, lacking in (
        (make.make_milestone(examined=True, published=True), "日期"),
        (make.make_designation(date="2013", examined=True, published=True), "公布机关"),
        (make.make_goal(date="2013", examined=True, published=True), "提出依据"),
    ):
        assert f"<dd>{lacking}</dd>" in missing_of(page(client, entry))


@pytest.mark.parametrize(("title", "term"), [("办法（试行）", "（试行）"), ("办法（暂行）", "（暂行）")])
def test_a_provisional_document_is_called_as_its_title_calls_it(client, title, term):
    policy = make.make_policy(title=title, provisional=True, published=True)
    assert f"规划{term}</dd>" in page(client, policy)


def test_a_goal_says_first_when_it_was_set_when_it_is_due_and_what_is_known(client):
    policy = make.make_policy(date="2010", published=True)
    goal = make.make_goal(target="2020", declared_by=policy, published=True)
    assert order_of(
        page(client, goal), 'class="kind">目标', "2010年", "<strong>", "2020年", "未见评估", "<h1>"
    )
    undated = make.make_goal(target="2999", published=True)
    assert order_of(page(client, undated), "<strong>", "2999年到期 · 未到期", "<h1>")
    # What links to the goal says the same.
    assert order_of(page(client, policy), goal.get_absolute_url(), "2020年", "未见评估")


def test_a_goal_without_assessment_says_when_and_where_one_was_searched(client):
    goal = make.make_goal(target="2020", searched_on="2026-11-30", search_note="政府网站", published=True)
    assert order_of(page(client, goal), ">评估记录</h2>", "2026年11月30日", "政府网站")
    make.make_assessment(goal)
    assert "政府网站" not in page(client, goal)
    assert ">评估记录</h2>" not in page(client, make.make_goal(published=True))


def test_the_number_of_a_source_stands_at_the_date_that_it_gives(client):
    policy = make.make_policy(issued="2016-09-26", effective_from="2016-11", published=True)
    make.make_citation(policy, source=make.make_source(slug="z-1"), date="2016-09-26")
    make.make_citation(policy, source=make.make_source(slug="z-2"), date="2016-11")
    text = page(client, policy)
    facts = text.partition(">基本信息</h2>")[2].partition("</section>")[0]
    assert order_of(
        facts,
        "成文日期</dt>",
        '<a href="#source-2"',
        "[2]</a></sup></dd>",
        "施行日期</dt>",
        '<a href="#source-3"',
        "[3]</a></sup></dd>",
    )
    assert order_of(text, 'id="source-1"', 'id="source-2"', "z-1", 'id="source-3"', "z-2")


def test_a_page_says_whether_the_period_follows_from_the_date_or_editors_decided(client):
    first = make.make_phase(title="甲", period="2011/2015")
    make.make_phase(title="乙", period="2015/2020")
    for columns, basis in (
        ({"date": "2015"}, "placed by date"),
        ({"date": "2015", "phase": first}, "placed by the editors"),
        ({"phase": first}, "placed by the editors"),
        ({"date": "2012", "phase": first}, "placed by date"),
        ({"date": "2010"}, "placed by date"),
    ):
        text = page(client, f"/en{make.make_milestone(published=True, **columns).get_absolute_url()}")
        assert f'<a href="/en/about/#dates-and-phases">Period ({basis})</a>' in text, columns
    assert "Period (" not in page(client, f"/en{make.make_milestone(published=True).get_absolute_url()}")
    assert 'id="dates-and-phases"' in page(client, "/en/about/")


def test_the_facts_count_the_topics_that_they_do_not_name(client):
    topics = [make.make_topic(title=f"专题{number:02}") for number in range(23)]
    text = page(client, make.make_milestone(topics=topics, published=True))
    facts = text.partition(">基本信息</h2>")[2].partition("</section>")[0]
    assert facts.count("<li>") == 20
    assert "另有3项" in facts


def test_a_date_is_in_the_words_of_its_source(client):
    policy = make.make_policy(published=True, date="2015年底", covers="“十三五”期间")
    assert '<time datetime="2015" title="2015年">2015年底</time>' in page(client, policy)
    assert '<span title="2016—2020年">“十三五”期间</span>' in page(client, policy)
