"""Integrity checks: every violation that bypassed the models is found."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.copies import make_member, make_revised, schedule
from tests.editing.entries import whole
from tests.factories import (
    CONTENT,
    make_area,
    make_assessment,
    make_chronicle,
    make_citation,
    make_designation,
    make_goal,
    make_milestone,
    make_phase,
    make_policy,
    make_source,
    make_topic,
    make_user,
    update_unchecked,
)
from timeline.accounts.roles import REVIEWERS
from timeline.editing.integrity import in_story, repair, violations
from timeline.editing.working_copies import save_working_copy
from timeline.models import Area, Citation, Entry, Goal, Phase, SearchDocument, Topic, content_triggers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def slip(sql, *values):
    """Write with SQL, without the models, as a manual repair or another program could."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount == 1


def found():
    return list(violations())


def test_a_sound_record_has_no_violations():
    policy = make_policy(date="2013", published=True)
    make_goal(declared_by=policy, target="2015")
    make_milestone()
    make_designation(date="2014-08")
    make_phase()
    assert found() == []


@pytest.mark.long
def test_a_whole_chronicle_is_sound():
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    assert found() == []


def test_a_story_that_links_to_what_is_not_there_or_not_public_is_named():
    make_policy(slug="decision", published=True)
    make_policy(slug="plan")
    make_milestone(slug="launch")
    make_chronicle(
        story="[甲](/policies/decision/)[乙](/policies/plan/)",
        story_en="[a](/policies/launch/)[b](/policies/plan/)",
    )
    assert found() == [
        "The story links to /policies/plan/, which is not public.",
        "The story links to /policies/launch/, which no entry has.",
    ]


def test_a_story_that_speaks_of_what_was_withdrawn_is_named():
    entry = make_policy(slug="decision", published=True)
    make_chronicle(story="[甲](/policies/decision/)")
    assert in_story([entry, make_policy()]) == [entry]
    entry.withdraw(by=make_user(), comment="有误")
    assert found() == ["The story speaks of /policies/decision/, which was withdrawn: change its words."]


def test_an_assessment_without_citation_and_a_citation_without_assessment_are_found():
    make_assessment(make_goal(slug="goal"), date="2016", source=make_source(slug="audit"), locator="¶1")
    assert found() == []
    slip("UPDATE timeline_goalassessment SET date = '2017'")
    assert found() == [
        "assessment of a goal “goal / 2017 / 1”: stale columns: date_earliest.",
        "An assessment cites no source: goal / 2017 / 1.",
        "A citation belongs to no assessment: goal / 2016 / 1 / audit / ¶1 / 1.",
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "goal"),
        ("timeline_date_source", "issued"),
        ("sort_latest", "2014-01-01"),
        ("timeline_date", "2013-06"),
    ],
)
def test_a_derived_column_of_an_entry_that_is_stale_is_named(column, value):
    make_policy(slug="plan", title="规划", date="2013")
    slip(f"UPDATE timeline_entry SET {column} = %s WHERE slug = 'plan'", value)
    sentence = next(one for one in found() if "columns" in one)
    assert "“plan”" in sentence
    assert sentence.endswith(f"stale columns: {column}.")


def test_an_earliest_day_that_is_stale_is_named_and_so_is_the_document_that_has_another():
    make_policy(slug="plan", title="规划", date="2013")
    slip("UPDATE timeline_entry SET sort_earliest = '2012-12-31' WHERE slug = 'plan'")
    assert found() == [
        "policy “plan”: the search document is out of date; --mend rewrites it.",
        "policy “plan”: stale columns: sort_earliest.",
    ]
    repair()
    assert found() == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE timeline_searchdocument SET title = 'x' WHERE record_type = 0",
        "UPDATE timeline_searchdocument SET summary = 'x' WHERE record_type = 0",
        "UPDATE timeline_searchdocument SET rest = 'x' WHERE record_type = 0",
        "UPDATE timeline_searchdocument SET public_from = NULL WHERE record_type = 0",
        "UPDATE timeline_searchdocument SET sort_earliest = NULL WHERE record_type = 0",
        "UPDATE timeline_entry SET title = 'x'",
        "UPDATE timeline_milestone SET occasion = 'x'",
        "DELETE FROM timeline_searchdocument WHERE record_type = 0",
    ],
)
def test_a_search_document_that_says_something_else_is_named_and_mended(damage):
    make_milestone(slug="launch", date="2013", published=True)
    slip(damage)
    assert found() == ["milestone “launch”: the search document is out of date; --mend rewrites it."]
    assert repair() == 1
    assert found() == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE timeline_searchdocument SET title = 'x'",
        "UPDATE timeline_searchdocument SET public_from = NULL",
        "UPDATE timeline_topic SET description = 'x'",
        "DELETE FROM timeline_searchdocument",
    ],
)
def test_a_search_document_of_a_reference_record_that_says_something_else_is_named_and_mended(damage):
    make_topic(slug="network")
    slip(damage)
    assert found() == ["topic “network”: the search document is out of date; --mend rewrites it."]
    assert repair() == 1
    assert found() == []


# Type 7 is that of no model.
@pytest.mark.parametrize("record_type", [0, 3, 7])
def test_a_search_document_of_no_record_is_named_and_deleted(record_type):
    make_milestone(topics=[make_topic()])
    slip(
        "INSERT INTO timeline_searchdocument (record_type, record, title, summary, rest) VALUES (%s, 4711, 'x', '', '')",
        record_type,
    )
    assert found() == ["Search documents without a record: 1; --mend deletes them."]
    assert repair() == 1
    assert found() == []
    assert SearchDocument.objects.count() == 2


def test_a_date_written_past_the_model_is_found():
    make_milestone(slug="launch", date="2013")
    slip("UPDATE timeline_entry SET date = '2014' WHERE slug = 'launch'")
    (sentence,) = found()
    assert "“launch”" in sentence
    assert {"timeline_date", "sort_earliest", "sort_latest"} <= set(
        sentence.rstrip(".").rsplit(": ", 1)[1].split(", ")
    )


def test_a_date_of_the_document_written_past_the_model_is_found():
    policy = make_policy(slug="plan")
    slip("UPDATE timeline_policy SET issued = '2014' WHERE entry_ptr_id = %s", policy.pk)
    sentences = found()
    assert all("“plan”" in sentence for sentence in sentences)
    # Its search document has the date too.
    assert any("timeline_date_source" in sentence for sentence in sentences)
    assert any("search document" in sentence for sentence in sentences)


def test_a_goal_that_did_not_follow_is_found():
    policy = make_policy(date="2013")
    goal = make_goal(slug="aim", declared_by=policy)
    slip("UPDATE timeline_goal SET declared_by_id = NULL WHERE entry_ptr_id = %s", goal.pk)
    (sentence,) = found()
    assert "“aim”" in sentence


def test_a_stale_phase_is_found():
    make_phase(slug="foundations", period="2011/2015")
    slip("UPDATE timeline_phase SET sort_latest = '2016-12-31' WHERE slug = 'foundations'")
    (sentence,) = found()
    assert "“foundations”: stale columns: sort_latest." in sentence


def test_an_entry_of_no_kind_is_found():
    milestone = make_milestone(slug="launch")
    slip("DELETE FROM timeline_milestone WHERE entry_ptr_id = %s", milestone.pk)
    (sentence,) = found()
    assert "“launch” is of no kind" in sentence


def test_a_public_entry_that_cites_nothing_is_found():
    make_milestone(slug="launch", published=True)
    assert found() == []
    Citation.objects.all()._raw_delete("default")
    assert found() == ["“launch” is public and cites no source."]


def test_an_entry_that_is_appointed_to_be_public_and_cites_nothing_is_found():
    launch = make_milestone(slug="launch")
    make_citation(launch)
    launch.publish(by=make_user(), public_from=timezone.now() + timedelta(days=1))
    Citation.objects.all()._raw_delete("default")
    (sentence,) = found()
    assert "“launch”" in sentence


def test_a_draft_need_not_cite_anything():
    make_milestone()
    assert found() == []


def test_a_goal_that_a_goal_declares_is_found():
    first, second = make_goal(slug="first"), make_goal(slug="second")
    Goal.objects.filter(pk=second.pk).update(
        declared_by=Entry.objects.get(pk=first.pk), **second.derived_values()
    )
    assert found() == ["goal “second”: A goal is not declared by a goal."]


def test_a_date_that_cannot_be_read_is_found_and_not_stumbled_over():
    make_milestone(slug="launch", date="2013")
    slip("UPDATE timeline_entry SET date = 'soon' WHERE slug = 'launch'")
    assert any("launch" in sentence for sentence in found())


def test_every_violation_is_told_not_only_the_first():
    for slug in ("a", "b"):
        make_milestone(slug=slug, date="2013")
        slip("UPDATE timeline_entry SET timeline_date_source = 'issued' WHERE slug = %s", slug)
    assert len(found()) == 2


def test_checking_changes_nothing():
    make_policy(slug="plan", date="2013")
    slip("UPDATE timeline_searchdocument SET title = 'x'")
    found()
    assert len(found()) == 1
    assert Phase.objects.count() == 0


def test_what_dumpdata_writes_loaddata_reads_back_sound(tmp_path):
    make_goal(declared_by=make_policy(date="2013", published=True))
    path = tmp_path / "dump.json"
    call_command("dumpdata", "timeline", "auth.user", natural_foreign=True, natural_primary=True, output=path)
    Goal.objects.all().delete()
    call_command("loaddata", path, verbosity=0)
    repair()
    assert str(Goal.objects.get().declared_by.date) == "2013"
    assert found() == []


def test_areas_in_a_circle_are_found_and_no_others():
    city, town = make_area(title="市"), make_area(title="镇")
    make_area(title="省", parent=None)
    Area.objects.filter(pk=town.pk).update(parent=city)
    assert found() == []
    Area.objects.filter(pk=city.pk).update(parent=town)
    assert found() == [
        f"area “{city.slug}”: “镇” already lies in this area.",
        f"area “{town.slug}”: “市” already lies in this area.",
    ]


def test_a_chain_of_areas_costs_each_of_them_the_same():
    queries, area = [], None
    for _length in range(3):
        for _time in range(10):
            area = make_area(parent=area)
        with CaptureQueriesContext(connection) as captured:
            assert found() == []
        queries.append(len(captured))
    assert queries[2] - queries[1] == queries[1] - queries[0]


def test_missing_triggers_of_the_content_version_are_noticed_and_created():
    content_triggers.remove(connection)
    assert list(violations()) == [
        "Changes would not raise the content version: triggers are missing; --mend creates them."
    ]
    repair()
    assert list(violations()) == []


def test_working_copies_are_only_of_what_was_public_and_scheduled_ones_of_what_is():
    reviewer = make_member(REVIEWERS)
    entry = make_revised(reviewer)
    schedule(entry, reviewer)
    assert not [one for one in violations() if "修订稿" in one or "working copy" in one]
    withdrawn = {"status": "withdrawn", "withdrawn_at": timezone.now(), "withdrawn_by": reviewer.pk}
    update_unchecked(Entry.objects.all(), **withdrawn, withdrawal_reason="有误")
    assert len([one for one in violations() if "改题" in one]) == 1
    draft = {"status": "draft", "published_at": None, "withdrawn_at": None, "withdrawn_by": None}
    update_unchecked(Entry.objects.all(), **draft, withdrawal_reason="")
    assert len([one for one in violations() if "改题" in one]) == 2


def test_what_would_be_public_after_what_names_it_is_found():
    """That of a scheduled record, and that of a scheduled working copy."""
    reviewer, tomorrow = make_member(REVIEWERS), timezone.now() + timedelta(days=1)
    make_topic(slug="data", title="数据", published=False)
    record = make_milestone(slug="ahead", topics=[make_topic(slug="other", published=False)])
    make_citation(record)
    record.publish(by=reviewer, public_from=tomorrow)
    entry = make_revised(reviewer)
    save_working_copy(entry, whole(entry) | {"topics": ["data"]}, by=reviewer)
    schedule(entry, reviewer, tomorrow)
    assert not [one for one in violations() if "ahead" in one or "数据" in one]
    update_unchecked(Topic.objects.scheduled(), published_at=tomorrow + timedelta(days=1))
    expected = {
        "“ahead” is public and names “other”, which is not.",
        "A working copy of “原题” is scheduled and names “数据”, which is not public by then.",
    }
    assert expected <= {*violations()}
