"""The sheets of the kinds: what they say of entries, which records they name, and how many queries they take."""

import pytest
from django.utils import timezone, translation

from tests import factories as make
from timeline.models import Entry, Kind
from timeline.models.kinds import own_fields
from timeline.public.spreadsheets import kinds
from timeline.public.spreadsheets.kinds import own_columns, sheet_of, table_of_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

SITE = "https://chronicle.example/"


def texts_of(content):
    """Return the texts of each row by heading, without empty ones."""
    heads = [column.heading for column in content.columns]
    return [
        {head: cell.text for head, cell in zip(heads, row, strict=True) if cell.text}
        for row in content.rows(SITE)
    ]


def rows(kind):
    return texts_of(sheet_of(kind, Entry.objects.published()))


def test_a_policy_is_told_in_words():
    phase = make.make_phase(title="阶段", title_en="Phase", period="2011/2015")
    topic = make.make_topic(title="云", title_en="Cloud")
    city, office = (make.make_organization(title_en=name) for name in ("City", "Office"))
    before = make.make_policy(title_en="Before", published=True)
    policy = make.make_policy(
        slug="measures",
        title="关于某事的办法",
        title_en="Measures",
        document_type="measures",
        document_number="甬政〔2013〕1号",
        issued="2013-01-28",
        issuers=[city, office],
        topics=[topic],
        phase=phase,
        summary_en="What it is.",
        editor_note_en="What is open.",
    )
    source = make.make_source(title="日报", title_en="Daily")
    make.make_citation(policy, source=source, locator="¶2", quotation="原话", date="2012")
    make.make_relation(policy, "implements", before, change_en="Only for the city")
    policy.publish(by=make.make_user())
    by_title = {row["Title"]: row for row in rows(Kind.POLICY)}
    assert by_title["Measures"] == {
        "Title": "Measures",
        "Title in Chinese": "关于某事的办法",
        "Date": "28 January 2013",
        "Which date": "date of the document",
        "Date (EDTF)": "2013-01-28",
        "Document type": "Measures",
        "Document number": "甬政〔2013〕1号",
        "Issued by": "City; Office",
        "Date of the document": "28 January 2013",
        "Related policies": "Implements: Before (change: Only for the city)",
        "Phase": "Phase",
        "Topics": "Cloud",
        "Summary": "What it is.",
        "Sources": "“Daily”, ¶2 (date given there: 2012): “原话”",
        "Other dates": "“Daily”, ¶2 gives the date 2012.",
        "Editor’s note": "What is open.",
        "Page of the entry": f"{SITE}en/policies/measures/",
    }
    assert by_title["Before"]["Related policies"] == "Is implemented by: Measures (change: Only for the city)"


def test_in_chinese_a_title_stands_once_and_names_are_apart_by_commas_of_their_own():
    issuers = [make.make_organization(title=name) for name in ("某局", "某委")]
    make.make_policy(title="办法", title_en="Measures", issuers=issuers, published=True)
    with translation.override("zh-hans"):
        (row,) = rows(Kind.POLICY)
    assert [text for text in row.values() if text == "办法"] == ["办法"]
    assert "某局、某委" in row.values()


@pytest.mark.parametrize(
    ("title", "term"), [("办法（暂行）", "interim"), ("办法（试行）", "trial implementation")]
)
def test_whether_a_document_is_interim_is_told_under_both_terms(title, term):
    make.make_policy(title=title, provisional=True, published=True)
    assert rows(Kind.POLICY)[0]["Interim or trial"] == term


def test_a_pilot_is_told_as_in_its_table():
    areas = [make.make_area(title_en=name, position=number) for number, name in enumerate(("B", "A"))]
    make.make_designation(
        title_en="Second batch",
        programme_en="Pilots",
        batch=2,
        designee=make.make_area(title_en="City"),
        areas=areas,
        authorities=[make.make_organization(title_en=name) for name in ("Ministry", "Office")],
        published=True,
    )
    (row,) = rows(Kind.PILOT_DESIGNATION)
    told = ("Programme", "Batch", "Designee", "Further areas", "Announced by", "Date")
    assert [row[head] for head in told] == [
        "Pilots",
        "Batch 2",
        "City",
        "B; A",
        "Ministry; Office",
        "Date not recorded",
    ]
    assert "Date (EDTF)" not in row


def test_an_authority_that_no_source_gives_is_told_where_the_sources_were_read_for_it():
    make.make_designation(title_en="Read", examined=True, published=True)
    make.make_designation(title_en="Unread", published=True)
    authorities = {row["Title"]: row.get("Announced by") for row in rows(Kind.PILOT_DESIGNATION)}
    assert authorities == {"Read": "Not given by the sources", "Unread": None}


def test_a_milestone_names_its_policies():
    policy = make.make_policy(title_en="Plan", published=True)
    organization = make.make_organization(title_en="Office")
    area = make.make_area(title_en="District")
    named = {"policies": [policy], "organizations": [organization], "areas": [area]}
    make.make_milestone(date="2014", occasion="大会", **named, published=True)
    (row,) = rows(Kind.MILESTONE)
    told = ("Occasion", "Organizations", "Areas", "Policies concerned")
    assert [row[head] for head in told] == ["大会", "Office", "District", "Plan"]


def test_a_goal_is_told_with_what_is_known_of_it():
    plan = make.make_policy(title_en="Plan", date="2010", published=True)
    goal = make.make_goal(title_en="Goal", declared_by=plan, target="2015", published=True)
    source = make.make_source(title_en="Report")
    make.make_assessment(
        goal, date="2016", delivery="partly", source=source, locator="¶1", note_en="Half of it."
    )
    make.make_assessment(goal, date="2014", delivery="in_progress", evidence="self_declared", source=source)
    (row,) = rows(Kind.GOAL)
    told = ("Set by", "Date", "Which date", "Due", "Due (EDTF)", "State of the due date", "Newest assessment")
    assert [row[head] for head in told] == [
        "Plan",
        "2010",
        "date it was set",
        "2015",
        "2015",
        "Due date past, assessed",
        "partly achieved",
    ]
    assert {*row["Assessments"].split("\n")} == {
        "2016 · partly achieved · independent · “Report”, ¶1 · Half of it.",
        "2014 · in progress · self-declared · “Report”",
    }


def test_a_goal_without_an_assessment_tells_where_one_was_looked_for():
    make.make_goal(target="2015", searched_on="2026-11", search_note_en="Three yearbooks.", published=True)
    make.make_goal(title_en="Open", target="2015/..", date="2014", published=True)
    make.make_goal(title_en="Without", date="2016", published=True)
    by_title = {row["Title"]: row for row in rows(Kind.GOAL)}
    (searched,) = (row for row in by_title.values() if "Search for an assessment" in row)
    assert searched["Search for an assessment"] == (
        "Searched November 2026, no assessment found. Three yearbooks."
    )
    assert searched["State of the due date"] == "Due date past, no assessment known"
    assert searched["Set by"] == "What set it is not stated."
    assert by_title["Open"]["Due"] == "Open-ended"
    assert by_title["Without"]["Due"] == "No due date stated"


def test_entries_are_in_the_order_of_the_timeline():
    for date in ("2016", "", "2013-05", "2013"):
        make.make_milestone(title=f"事{date}", date=date, published=True)
    assert [row["Title"] for row in rows(Kind.MILESTONE)] == ["事2013", "事2013-05", "事2016", "事"]


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_without_columns_of_its_own_has_those_of_its_fields(monkeypatch, kind):
    monkeypatch.setattr(kinds, "OWN_COLUMNS", {})
    make.ENTRY_MAKERS[kind.model](date="2014", published=True)
    fields = [field for field in own_fields(kind.model) if not field.name.endswith("_en")]
    assert len(own_columns(kind)) == len(fields)
    assert len(rows(kind)) == 1


def test_one_table_has_the_columns_of_all_kinds():
    make.make_policy(title="甲", document_number="甬政〔2013〕1号", published=True)
    make.make_designation(title="乙", batch=1, published=True)
    found = [Kind.POLICY, Kind.PILOT_DESIGNATION]
    table = table_of_all(found, Entry.objects.published())
    heads = [column.heading for column in table.columns]
    assert len({*heads}) == len(heads)
    assert heads[:2] == ["Kind", "Title"]
    policy, pilot = texts_of(table)
    assert (policy["Kind"], policy["Document number"]) == ("Policy", "甬政〔2013〕1号")
    assert (pilot["Kind"], pilot["Batch"]) == ("Pilot designation", "Batch 1")
    assert "Batch" not in policy


def test_the_state_is_that_of_today():
    goal = make.make_goal(target=str(timezone.localdate().year + 1), published=True)
    (row,) = rows(Kind.GOAL)
    assert row["State of the due date"] == "Not yet due"
    assert goal.due_by > timezone.localdate()
