"""What a visitor reads on the pages that lay many entries beside each other: goals, topics, phases, sources, bodies."""

import datetime
import re

import pytest
from django.urls import reverse

from tests import factories as make
from tests.pages import order_of, page
from tests.world import make_world
from timeline.models import Goal, GoalState, Phase, Source
from timeline.public.resting import Place, places, weighed
from timeline.public.schedule import schedule

pytestmark = pytest.mark.django_db

DAY = datetime.date(2018, 7, 1)


def scheduled(today=DAY):
    return schedule(list(Goal.objects.in_order()), list(Phase.objects.all()), today)


def row_of(text, title):
    """The row of the table that begins with this title."""
    return next(row for row in re.findall(r"<tr.*?</tr>", text) if f">{title}</a></th>" in row)


def test_goals_stand_by_phase_and_what_has_none_stands_around_the_phases(client):
    make.make_phase(title="甲阶段", period="2011/2015")
    make.make_phase(title="没有目标的阶段", period="2015/2021")
    for title, date in (("在前", "2010"), ("在内", "2013"), ("无日期", "")):
        make.make_goal(title=title, date=date or None, published=True)
    text = page(client, "/goals/")
    assert order_of(text, "第一阶段之前", "在前", "甲阶段", "2011—2015年", "在内", "日期未载", "无日期")
    assert "没有目标的阶段" not in text
    assert text.count("<table") == text.count("<thead") == 3


def test_every_state_of_a_goal_has_a_form_and_words(client):
    make.make_goal(title="来日", date="2010", target="2999", published=True)
    make.make_goal(title="已过", date="2010", target="2015", published=True)
    make.make_goal(title="无期", date="2010", published=True)
    make.make_assessment(make.make_goal(title="已评", date="2010", target="2015", published=True))
    text = page(client, "/goals/")
    for title, state, words in (
        ("来日", "not_yet_due", "未到期"),
        ("已过", "unassessed", "期限已过，未见评估"),
        ("无期", "not_stated", "未写明期限"),
        ("已评", "assessed", "期限已过，评估为“完成”"),
    ):
        row = row_of(text, title)
        assert f'data-state="{state}"' in row
        assert words in row
    assert 'class="way"' in row_of(text, "已过")
    assert 'class="way"' not in row_of(text, "无期")
    assert 'class="dots"' in row_of(text, "无期")
    assert 'class="diamond"' in row_of(text, "已评")


def test_goals_are_counted_by_what_is_known_of_them():
    make.make_goal(date="2010", target="2015")
    make.make_goal(date="2010", target="2020")
    make.make_goal(date="2010", target="2021")
    assert scheduled().counts == [(GoalState.NOT_YET_DUE, 2), (GoalState.UNASSESSED, 1)]


def test_a_goal_with_neither_time_has_no_bar_and_one_with_a_due_date_alone_has_no_way(client):
    make.make_goal(title="都无", published=True)
    make.make_goal(title="只有期限", target="2015", published=True)
    text = page(client, "/goals/")
    assert "<line" not in row_of(text, "都无").partition("goals__bar")[2].partition("</svg>")[0]
    assert "日期未载" in row_of(text, "都无")
    assert 'class="bar bar--due"' in row_of(text, "只有期限")
    assert 'class="way"' not in row_of(text, "只有期限")
    assert 'class="dots"' in row_of(text, "只有期限")


def test_today_is_drawn_only_where_the_axis_reaches_it():
    make.make_goal(date="2010", target="2019")
    assert scheduled(DAY).today
    assert not scheduled(datetime.date(2026, 1, 1)).today


def test_an_assessment_stands_beside_its_goal_with_its_source_even_before_the_goal_is_due(client):
    goal = make.make_goal(title="长远", date="2010", target="2999", published=True)
    source = make.make_source(title="中期评估")
    make.make_assessment(goal, date="2016", delivery="partly", source=source, locator="第3页", note="一半")
    row = row_of(page(client, "/goals/"), "长远")
    for fact in ("未到期", "2016年", "部分完成", "独立佐证", source.get_absolute_url(), "第3页", "一半"):
        assert fact in row


def test_what_declares_a_goal_is_named_only_while_it_is_public(client):
    public = make.make_policy(title="公开的决定", published=True)
    withdrawn = make.make_policy(title="撤回的决定", published=True)
    make.make_goal(title="一", declared_by=public, published=True)
    make.make_goal(title="二", declared_by=withdrawn, published=True)
    withdrawn.withdraw(by=make.make_user(), reason="有误")
    text = page(client, "/goals/")
    assert public.get_absolute_url() in row_of(text, "一")
    assert "提出它的条目未公开" in row_of(text, "二")
    assert "撤回的决定" not in text


def test_a_page_of_goals_without_goals_has_no_table_and_no_legend(client):
    text = page(client, "/goals/")
    assert "<table" not in text
    assert "<svg" not in text


def test_the_list_of_topics_draws_each_year_as_high_as_it_has_entries(client):
    make.make_phase(period="2011/2015", tone="jade")
    one, two = make.make_topic(title="一", position=1), make.make_topic(title="二", position=2)
    for date in ("2013", "2013-05", "2014"):
        make.make_milestone(date=date, topics=[one], published=True)
    make.make_milestone(topics=[one], published=True)
    make.make_milestone(date="2013", topics=[one])
    strips = {strip.of: strip for strip in client.get("/topics/").context["threads"].strips}
    assert (strips[one].size, strips[one].undated, strips[one].reach.display()) == (4, 1, "2013—2014年")
    assert [(block.of, block.count) for block in strips[one].blocks] == [("jade", 2), ("jade", 1)]
    assert (strips[two].size, strips[two].blocks, strips[two].reach) == (0, [], None)


def test_a_topic_counts_its_kinds_and_names_its_neighbours(client):
    before, topic, after = (make.make_topic(title=title, position=n) for n, title in enumerate("前中后"))
    make.make_policy(date="2013", topics=[topic, after], published=True)
    make.make_goal(date="2014", topics=[topic], published=True)
    make.make_milestone(date="2014", topics=[topic, after])
    response = client.get(topic.get_absolute_url())
    assert [(str(kind), size) for kind, size in response.context["counts"]] == [("政策", 1), ("目标", 1)]
    assert response.context["others"] == [(after, 1)]
    text = page(client, topic)
    assert f'href="{before.get_absolute_url()}" data-tone="" rel="prev"' in text
    assert f'href="{after.get_absolute_url()}" data-tone="" rel="next"' in text
    assert 'rel="prev"' not in page(client, before)
    assert 'rel="next"' not in page(client, after)


def test_a_topic_without_any_date_has_no_picture(client):
    topic = make.make_topic()
    make.make_milestone(topics=[topic], published=True)
    assert "<svg" not in page(client, topic)
    make.make_milestone(date="2013", topics=[topic], published=True)
    assert "<svg" in page(client, topic)


def test_the_legend_stands_before_the_picture_and_names_what_is_in_it_and_no_more(client):
    topic = make.make_topic()
    make.make_milestone(date="2013-05-01", topics=[topic], published=True)
    legend, _end, drawing = page(client, topic).partition("</figcaption>")
    assert client.get(topic.get_absolute_url()).context["picture"].signs == {"day"}
    assert legend.count("<li><svg") == 1
    assert 'class="overview__picture"' not in legend
    assert 'class="overview__picture"' in drawing
    make.make_phase(period="2011/2015")
    make.make_milestone(topics=[topic], published=True)
    make.make_goal(date="2011", target="2012", topics=[topic], published=True)
    picture = client.get(topic.get_absolute_url()).context["picture"]
    assert picture.signs == {"day", "stretch", "due", "unassessed", "undated", "unphased"}
    legend = page(client, topic).partition("</figcaption>")[0]
    assert legend.count("<li data-tone") == 2
    assert "未列入阶段" in legend
    assert "不符合筛选条件" not in legend
    assert "不符合筛选条件" in page(client, "/?kind=goal").partition("</figcaption>")[0]


def test_the_key_of_the_topics_names_no_phase_where_a_block_is_of_none(client):
    topic = make.make_topic()
    phase = make.make_phase(period="2011/2015")
    make.make_milestone(date="2013", phase=phase, topics=[topic], published=True)
    assert "未列入阶段" not in page(client, "/topics/")
    make.make_milestone(date="2010", topics=[topic], published=True)
    assert "未列入阶段" in page(client, "/topics/")


def test_what_has_no_date_is_drawn_as_nothing_else_is(client):
    topic = make.make_topic()
    make.make_milestone(date="2013", topics=[topic], published=True)
    make.make_milestone(title="未载的", topics=[topic], published=True)
    dated, undated = page(client, topic).partition("</figcaption>")[2].split('class="mark"')[1:]
    assert ('class="bar' in dated, 'class="nowhere"' in dated) == (True, False)
    assert ('class="bar' in undated, 'class="nowhere"' in undated) == (False, True)


def test_the_picture_of_a_topic_begins_with_its_entries_and_that_of_all_with_the_first_phase(client):
    make.make_phase(period="2011/2015")
    later = make.make_phase(period="2015/2021")
    topic = make.make_topic()
    make.make_milestone(date="2018", topics=[topic], phase=later, published=True)
    assert client.get(topic.get_absolute_url()).context["picture"].scale.first == 2015
    assert client.get("/").context["picture"].scale.first == 2011


def test_down_a_picture_lengths_follow_the_text(client):
    topic = make.make_topic()
    make.make_milestone(date="2013", phase=make.make_phase(), topics=[topic], published=True)
    drawing = page(client, topic).partition("</figcaption>")[2].partition("</figure>")[0]
    down = re.findall(r' (?:y|y1|y2|cy|height)="([^"]+)"', drawing)
    assert len(down) > 10
    assert all(re.fullmatch(r"0em|-?\d*\.?\d+em|100%", length) for length in down), down


def test_a_phase_tells_first_what_was_set_out_and_then_what_happened(client):
    phase = make.make_phase(period="2011/2015")
    make.make_milestone(title="先发生的", date="2011", phase=phase, published=True)
    make.make_designation(title="试点甲", date="2012", phase=phase, published=True)
    make.make_policy(title="规划甲", date="2013", phase=phase, published=True)
    make.make_goal(title="目标甲", date="2014", phase=phase, published=True)
    groups = client.get(phase.get_absolute_url()).context["groups"]
    assert [[entry.title for entry in group.entries] for group in groups] == [
        ["规划甲", "目标甲"],
        ["先发生的", "试点甲"],
    ]


def test_a_phase_says_which_years_it_shares_and_leads_to_those_beside_it(client):
    first = make.make_phase(title="甲阶段", period="2011/2015")
    second = make.make_phase(title="乙阶段", period="2015/2021")
    third = make.make_phase(title="丙阶段", period="2021/")
    shared = client.get(second.get_absolute_url()).context["shared"]
    assert [(phase, date.display()) for phase, date in shared] == [(first, "2015年"), (third, "2021年")]
    text = page(client, second)
    assert re.search(rf'href="{first.get_absolute_url()}"[^>]* rel="prev"', text)
    assert re.search(rf'href="{third.get_absolute_url()}"[^>]* rel="next"', text)
    assert client.get(third.get_absolute_url()).context["beside"] == (second, None)


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
    assert client.get(source.get_absolute_url()).context["differing"] == 1


def test_on_the_page_of_a_source_an_entry_has_its_date_as_everywhere(client):
    source, policy = make.make_source(), make.make_policy(date="2016-09-26", published=True)
    undated = make.make_milestone(title="大事甲", published=True)
    goal = make.make_goal(title="目标乙", declared_by=policy, published=True)
    for entry in (undated, goal):
        make.make_citation(entry, source=source, locator="¶4")
    text = page(client, source)
    assert order_of(text, "大事甲", "日期未载")
    assert order_of(text, "目标乙", "2016年9月26日", "（提出时间）")


def test_the_anchors_of_places_are_words_and_no_two_are_alike():
    anchors = {
        Place(locator).anchor for locator in ("", "¶1", "第3页", "a b", "a-b", "a.b", "whole", '"', "a.20.b")
    }
    assert len(anchors) == 9
    assert not [anchor for anchor in anchors if re.search(r"[\s\"<>&#%]", anchor)]


def test_a_citation_leads_to_its_place_on_the_page_of_the_source(client):
    source = make.make_source(slug="s")
    policy = make.make_policy(slug="a", published=True)
    make.make_citation(policy, source=source, locator="¶5 第3页")
    make.make_citation(policy, source=source, locator="")
    page = client.get("/policies/a/").content.decode()
    address = re.search(r'class="locator" href="/sources/s/#([^"]+)"', page)[1]
    assert f'id="{address}"' in client.get("/sources/s/").content.decode()


def test_phases_topics_and_assessments_rest_on_a_source_too():
    source = make.make_source()
    phase, topic = make.make_phase(period="2011/2015"), make.make_topic()
    phase.citations.create(source=source, locator="¶1", date="2012")
    topic.citations.create(source=source, locator="¶1")
    goal = make.make_goal(published=True)
    make.make_assessment(goal, source=source, locator="¶1")
    make.make_assessment(make.make_goal(), source=source, locator="¶1")
    (place,) = places(source)
    assert [(each.kind, each.of, each.differs) for each in place.resting] == [
        ("阶段", phase, True),
        ("专题", topic, False),
        ("评估", goal, False),
    ]


def test_the_source_on_which_most_rests_stands_first_and_drafts_weigh_nothing(client):
    light, heavy = make.make_source(slug="a", title="轻"), make.make_source(slug="b", title="重")
    for locator in ("¶1", "¶2"):
        make.make_citation(make.make_policy(published=True), source=heavy, locator=locator)
        make.make_citation(make.make_policy(), source=light, locator=locator)
    twice = make.make_policy(published=True)
    for locator in ("¶1", "¶2"):
        make.make_citation(twice, source=heavy, locator=locator)
    weights = {
        weight.source: (weight.entries, weight.others) for weight in weighed(list(Source.objects.all()))
    }
    assert weights[heavy] == (3, 0)
    assert weights[light] == (0, 0)
    assert order_of(page(client, "/sources/"), "重", "轻")


def test_the_list_of_sources_names_publisher_date_and_archived_copy(client):
    make.make_source(
        title="文章", publisher="日报", published="2013-01", archived_url="https://example.org/a"
    )
    text = page(client, "/sources/")
    assert order_of(text, "文章", "日报", "2013年1月", 'href="https://example.org/a"')


def test_a_body_and_an_area_count_an_entry_once_however_it_leads_to_them(client):
    area, body = make.make_area(), make.make_organization()
    make.make_designation(date="2013", designee=area, areas=[area], authority=body, published=True)
    make.make_designation(date="2013", designee=area, authority=body)
    make.make_policy(date="2014", issuers=[body], published=True)
    for name, record, size in (("area-list", area, 1), ("organization-list", body, 2)):
        strips = client.get(reverse(f"timeline:{name}")).context["threads"].strips
        assert {strip.of: strip.size for strip in strips}[record] == size


def test_the_pages_of_topics_phases_organizations_and_areas_lead_to_their_filter_and_feed(client):
    world = make_world()
    records = {"topic": world.topic, "phase": world.phase, "organization": world.organization}
    for facet, record in (records | {"area": world.area}).items():
        text = page(client, record)
        query = f"?{facet}={record.slug}"
        assert f'href="/{query}#list"' in text
        assert f'href="/feed/{query}"' in text
        assert client.get(f"/{query}").status_code == 200
        entries = client.get(f"/feed/{query}").content.decode().count("<entry>")
        assert entries == client.get(f"/{query}").context["size"] > 0


def test_what_a_picture_of_a_topic_only_counts_is_asked_for_within_the_topic(client):
    topic = make.make_topic(slug="t")
    for _ in range(40):
        make.make_milestone(date="2013-05-06", topics=[topic], published=True)
    text = page(client, topic)
    assert re.search(
        r'class="cluster" href="/\?kind=milestone&amp;topic=t&amp;from=\d+&amp;to=\d+#list"', text
    )
