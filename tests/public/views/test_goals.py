"""The page of all goals: by due year, each with its date, what declares it, its due date and what is known of it."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import factories as make
from tests.pages import order_of, page
from timeline.public.goal_pages import MAX_PAGE_GOALS

pytestmark = pytest.mark.django_db
PAGE = "/en/goals/"


def row_of(text, title):
    """Return the row of the table that begins with this title."""
    return next(row for row in re.findall(r"<tr.*?</tr>", text) if re.search(f">{title}(</span>)?</a>", row))


def group_of(text, anchor):
    """Return the group with this id."""
    return text.partition(f'<section class="due-group" id="{anchor}"')[2].partition("</section>")[0]


def test_the_goals_page_says_when_by_what_due_and_what_is_known(client):
    policy = make.make_policy(title="十年决定", date="2010", published=True)
    make.make_goal(title="建成", declared_by=policy, target="2020", published=True)
    make.make_goal(title="展望", published=True)
    text = page(client, "/en/goals/")
    built, outlook = row_of(text, "建成"), row_of(text, "展望")
    assert order_of(built, "2010", "十年决定", "2020", "No assessment known", "Due date past")
    assert order_of(
        outlook, "Date not recorded", "What set it is not stated", "Not stated", "No assessment known"
    )
    assert "Due date past" not in outlook
    assert reverse("timeline:goal-list") == "/goals/"


def test_a_note_stands_beside_the_due_date_of_a_goal_and_without_one_beside_what_is_known(client):
    make.make_goal(title="推算", target="2020", editor_note="由2010年推算", published=True)
    make.make_goal(title="未写", editor_note="来源写作未来", published=True)
    text = page(client, PAGE)
    assert order_of(row_of(text, "推算"), "2020", "由2010年推算", "No assessment known")
    assert order_of(row_of(text, "未写"), "No assessment known", "来源写作未来")


def test_goals_stand_in_groups_by_due_year_and_within_them_by_when_they_were_set(client):
    for title, date, target in (
        ("无期限", "2010", None), ("后定", "2014", "2020"), ("先定", "2013", "2020-06"), ("先到期", "2014", "2015"),
        ("长期", "2012", "2016/.."),
    ):  # fmt: skip
        make.make_goal(title=title, date=date, target=target, published=True)
    text = page(client, PAGE)
    assert re.findall(r'<section class="due-group" id="([^"]+)"', text) == [
        "due-2015", "due-2020", "due-9999", "due-undated"
    ]  # fmt: skip
    assert order_of(group_of(text, "due-2015"), "2015", "1 goal", "先到期")
    assert order_of(group_of(text, "due-2020"), "2020", "2 goals", "先定", "后定")
    assert order_of(group_of(text, "due-9999"), "Open-ended", "长期")
    assert order_of(group_of(text, "due-undated"), "No due date stated", "无期限")
    # All groups are in sight: nothing leads to them.
    assert 'class="jumps"' not in text


def test_every_state_of_a_goal_has_a_ring_and_words(client):
    make.make_goal(title="来日", date="2010", target="2999", published=True)
    make.make_goal(title="已过", date="2010", target="2015", published=True)
    make.make_goal(title="无期", date="2010", published=True)
    early = make.make_goal(title="期前", date="2010", target="2015", published=True)
    make.make_assessment(early, date="2013", delivery="partly")
    for delivery in ("achieved", "partly", "not_achieved", "superseded"):
        goal = make.make_goal(title=delivery, date="2010", target="2015", published=True)
        make.make_assessment(goal, delivery=delivery)
    text = page(client, PAGE)
    for title, ring, words in (
        ("来日", "open", "Not yet due"),
        ("已过", "open", "No assessment known"),
        ("期前", "open", "Last assessed before the due date (2013): partly achieved"),
        ("achieved", "achieved", "Assessed 2020: achieved"),
        ("partly", "partly", "Assessed 2020: partly achieved"),
        ("not_achieved", "missed", "Assessed 2020: not achieved"),
        ("superseded", "other", "Assessed 2020: superseded"),
    ):
        row = row_of(text, title)
        # At the end of its line, and beside the words.
        assert row.count(f'<use href="#ring-{ring}"/>') == row.count("<use") == 2
        assert f"<b>{words}</b>" in row
        assert f'id="ring-{ring}"' in text
    assert "<svg" not in row_of(text, "无期")
    assert "verdue" not in text


def test_a_goal_due_without_a_known_setting_has_a_ring_and_no_line(client):
    make.make_goal(title="只有期限", target="2015", published=True)
    make.make_goal(title="都有", date="2010", target="2015", published=True)
    text = page(client, PAGE)
    assert 'class="promise"' in row_of(text, "都有")
    assert 'class="promise"' not in row_of(text, "只有期限")
    assert "#ring-open" in row_of(text, "只有期限")


def test_the_numbers_of_goals_by_state_stand_at_the_head(client):
    make.make_goal(target="2999", published=True)
    make.make_goal(target="2015", published=True)
    make.make_goal(published=True)
    make.make_goal(published=True)
    head = page(client, PAGE).partition('<dl class="goal-counts">')[2].partition("</dl>")[0]
    found = re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", head)
    assert found == [
        ("Not yet due", "1"), ("Due date past, no assessment known", "1"), ("No due date stated", "2")
    ]  # fmt: skip


def test_an_assessment_stands_beside_its_goal_with_its_source_even_before_the_goal_is_due(client):
    goal = make.make_goal(title="长远", date="2010", target="2999", published=True)
    source = make.make_source(title="中期评估")
    make.make_assessment(goal, date="2016", delivery="partly", source=source, locator="第3页", note="一半")
    row = row_of(page(client, PAGE), "长远")
    for fact in (
        "Not yet due",
        "2016",
        "partly achieved",
        "independent",
        source.get_absolute_url(),
        "第3页",
        "一半",
    ):
        assert fact in row
    assert "#ring-partly" not in row


def test_a_goal_assessed_only_before_its_due_date_is_not_counted_as_assessed(client):
    make.make_assessment(make.make_goal(target="2015", published=True), date="2013")
    head = page(client, PAGE).partition('<dl class="goal-counts">')[2].partition("</dl>")[0]
    assert re.findall(r"<dt>([^<]+)</dt><dd>(\d+)</dd>", head) == [
        ("Due date past, assessed only before it", "1")
    ]


def test_the_page_of_goals_says_whose_reading_a_state_is(client):
    assert "is the editors’ reading of the assessments cited beside it" in page(client, PAGE)
    assert "is the editors’ reading of the cited evidence" in " ".join(page(client, "/en/about/").split())


def test_where_an_assessment_was_looked_for_in_vain_is_said_until_there_is_one(client):
    goal = make.make_goal(
        title="查过", target="2020", searched_on="2021-11-30", search_note_en="Official site", published=True
    )
    assert order_of(
        row_of(page(client, PAGE), "查过"),
        "Searched",
        "30 November 2021",
        "no assessment found",
        "Official site",
    )
    make.make_assessment(goal, date="2021", delivery="achieved")
    assert "Searched" not in row_of(page(client, PAGE), "查过")


def test_a_goal_past_its_due_date_for_which_nobody_searched_says_so(client):
    unsearched = make.make_goal(title="未查", target="2015", published=True)
    make.make_goal(title="无期限", published=True)
    told = "No search for an assessment is recorded."
    assert told in row_of(page(client, PAGE), "未查")
    assert told not in row_of(page(client, PAGE), "无期限")
    assert told in page(client, f"/en{unsearched.get_absolute_url()}")
    make.make_assessment(unsearched, date="2016")
    assert told not in row_of(page(client, PAGE), "未查")
    assert told not in page(client, f"/en{unsearched.get_absolute_url()}")


def test_what_declares_a_goal_is_named_only_while_it_is_public(client):
    public = make.make_policy(title="公开的决定", published=True)
    withdrawn = make.make_policy(title="撤回的决定", published=True)
    make.make_goal(title="一", declared_by=public, published=True)
    make.make_goal(title="二", declared_by=withdrawn, published=True)
    withdrawn.withdraw(by=make.make_user(), comment="有误")
    text = page(client, PAGE)
    assert public.get_absolute_url() in row_of(text, "一")
    assert "What set it is not public." in row_of(text, "二")
    assert "撤回的决定" not in text


def test_a_page_of_goals_without_goals_has_no_table_and_no_ring(client):
    text = page(client, PAGE)
    assert "<table" not in text
    assert "<svg" not in text


@pytest.mark.parametrize("prefix", ["", "/zh-hant", "/en"])
def test_the_page_of_goals_is_there_in_every_language(client, prefix):
    make.make_goal(title="城市", date="2010", target="2015", published=True)
    assert "2015" in group_of(page(client, f"{prefix}/goals/"), "due-2015")


def test_many_goals_have_pages_to_whose_years_the_first_leads_in_a_fixed_number_of_queries(client):
    def queries(address):
        for name in caches:
            caches[name].clear()
        with CaptureQueriesContext(connection) as captured:
            page(client, address)
        return len(captured)

    policy = make.make_policy(date="2010", published=True)
    for year in (2011, 2012):
        make.make_assessment(make.make_goal(declared_by=policy, target=str(year), published=True))
    few = queries(PAGE)
    for number in range(MAX_PAGE_GOALS):
        make.make_goal(declared_by=policy, target=str(2013 + number % 3), published=True)
    text = page(client, PAGE)
    jumps = re.findall(r'<a href="([^"]+)">', text.partition('class="jumps"')[2].partition("</nav>")[0])
    assert jumps == [
        "/en/goals/#due-2011", "/en/goals/#due-2012", "/en/goals/#due-2013", "/en/goals/#due-2014",
        "/en/goals/?page=2#due-2015",
    ]  # fmt: skip
    assert 'id="due-2015"' not in text
    assert group_of(page(client, f"{PAGE}?page=2"), "due-2015").count('scope="row"') == MAX_PAGE_GOALS // 3
    assert queries(PAGE) <= few


def test_the_picture_of_a_topic_leads_to_the_page_of_all_goals_on_which_a_year_begins(client):
    topic = make.make_topic()
    for _number in range(MAX_PAGE_GOALS):
        make.make_goal(target="2013", published=True)
    make.make_goal(date="2010", target="2014", topics=[topic], published=True)
    make.make_milestone(date="2015", topics=[topic], published=True)
    address = "/en/goals/?page=2#due-2014"
    for picture in (page(client, f"/en{topic.get_absolute_url()}"), page(client, "/en/")):
        assert f'href="{address}"' in picture
    assert group_of(page(client, address.partition("#")[0]), "due-2014")
