"""What a transition of several records would do: the order, and what stands against each of those left out."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from tests.editing.entries import whole
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision
from timeline.editing.transition_plans import plan_transition
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import REFERENCES
from timeline.workflow import TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PUBLISH = TRANSITIONS["publish"]


def cited(entry):
    make.make_citation(entry)
    return entry


def reasons_of(plan):
    return {record.title: [one.message for one in found] for record, found in plan.refused.items()}


def test_a_record_comes_after_those_that_have_to_be_public_for_it():
    first, second, third = (cited(make.make_policy(title=title)) for title in "甲乙丙")
    make.make_relation(first, "based_on", second)
    make.make_relation(second, "based_on", third)
    plan = plan_transition([first, second, third], PUBLISH, make.make_editor())
    assert ([*plan.performed], plan.refused) == ([third, second, first], {})


def test_what_names_a_record_that_is_left_out_is_left_out_too():
    bare, naming = make.make_policy(title="没有来源"), cited(make.make_policy(title="引用"))
    make.make_relation(naming, "based_on", bare)
    plan = plan_transition([naming, bare], PUBLISH, make.make_editor())
    assert plan.performed == {}
    assert [*reasons_of(plan)["引用"]] == ["The related policy “没有来源” is not published."]
    assert "cites no source" in reasons_of(plan)["没有来源"][0]


def test_two_that_name_each_other_are_left_out_since_neither_can_be_first():
    first, second = (cited(make.make_policy(title=title)) for title in "甲乙")
    make.make_relation(first, "implements", second)
    make.make_relation(second, "amends", first)
    plan = plan_transition([first, second], PUBLISH, make.make_editor())
    assert {*plan.refused} == {first, second}


def test_what_no_form_would_save_is_left_out():
    topic = make.make_topic(title="专题", published=False)
    make.update_unchecked(type(topic).objects.all(), description="<script>")
    plan = plan_transition([topic], PUBLISH, make.make_editor())
    (finding,) = plan.refused[topic]
    assert finding.field == "description"


def test_only_a_publication_asks_what_stands_against_the_text():
    bare = make.make_milestone()
    plan = plan_transition([bare], TRANSITIONS["submit"], make.make_editor())
    assert (plan.performed, plan.refused) == ({bare: ()}, {})


def test_what_is_the_user_s_own_work_is_left_out_where_that_is_the_rule(settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    user = make.make_editor()
    own, other = (cited(make.make_milestone(title=title)) for title in ("自己的", "别人的"))
    record_revision(own, by=user)
    record_revision(other, by=make.make_user())
    plan = plan_transition([own, other], PUBLISH, user)
    assert ([*plan.performed], [*plan.refused]) == ([other], [own])


def make_goals(count):
    goals = [cited(make.make_goal(declared_by=make.make_policy(), target="2015")) for _number in range(count)]
    for goal in goals:
        make.make_assessment_citation(make.make_assessment(goal))
    return goals


def make_designations(count):
    return [cited(make.make_designation(areas=[make.make_area()])) for _number in range(count)]


def make_milestones(count):
    return [
        cited(
            make.make_milestone(
                date="2015", organizations=[make.make_organization()], policies=[make.make_policy()]
            )
        )
        for _number in range(count)
    ]


@pytest.mark.checklist
@pytest.mark.parametrize(
    "make_some",
    [
        make_goals,
        make_designations,
        make_milestones,
        *(
            lambda count, model=model: [make.make_reference(model, published=False) for _ in range(count)]
            for model in REFERENCES
        ),
    ],
    ids=["goal", "designation", "milestone", *(model._meta.model_name for model in REFERENCES)],
)
def test_a_plan_of_many_takes_no_more_queries_than_that_of_a_few(make_some):
    records, user = make_some(20), make.make_editor()

    def queries(some):
        with CaptureQueriesContext(connection) as captured:
            plan_transition(some, PUBLISH, user)
        return len(captured)

    queries(records[:3])
    assert queries(records) <= queries(records[:3])


WITHDRAW = TRANSITIONS["withdraw"]


def test_of_a_withdrawal_each_record_has_what_names_it_and_the_others_are_withdrawn():
    free, first, second = (make.make_topic(title=title) for title in "甲乙丙")
    for topic, title in ((first, "引用乙"), (second, "引用丙")):
        make.make_milestone(title=title, topics=[topic], published=True)
    plan = plan_transition([free, first, second], WITHDRAW, make.make_editor())
    assert [*plan.performed] == [free]
    naming = {record: [one.title for one in found[0].naming] for record, found in plan.refused.items()}
    assert naming == {first: ["引用乙"], second: ["引用丙"]}


def test_what_names_another_is_withdrawn_before_it():
    city = make.make_area(title="宁波市")
    district = make.make_area(title="海曙区", parent=city)
    plan = plan_transition([city, district], WITHDRAW, make.make_editor())
    assert ([*plan.performed], plan.refused) == ([district, city], {})
    assert [*plan_transition([city], WITHDRAW, make.make_editor()).refused] == [city]


def test_a_draft_that_names_a_record_does_not_stand_against_its_withdrawal():
    topic = make.make_topic(title="甲")
    make.make_milestone(topics=[topic])
    assert [*plan_transition([topic], WITHDRAW, make.make_editor()).performed] == [topic]


def test_the_withdrawal_of_many_that_nothing_names_asks_as_many_queries_as_that_of_one():
    by = make.make_editor()

    def queries_of(count):
        topics = [make.make_topic() for _number in range(count)]
        with CaptureQueriesContext(connection) as queries:
            plan_transition(topics, WITHDRAW, by)
        return len(queries)

    assert queries_of(1) == queries_of(5)


@pytest.mark.parametrize("name", ["publish", "send_back"])
def test_a_submitted_change_of_what_is_public_is_planned_and_another_is_not(name):
    submitted, begun = (cited(make.make_milestone(title=title, published=True)) for title in "甲乙")
    author = make.make_user()
    for entry in (submitted, begun):
        save_working_copy(entry, whole(entry) | {"date": "2013"}, by=author)
    number = find_working_copy(submitted).number
    perform_copy_transition(submitted, "submit", by=author, seen_number=number)
    plan = plan_transition([submitted, begun], TRANSITIONS[name], make.make_editor())
    assert ([*plan.performed], [*plan.refused], [*plan.copies]) == ([submitted], [begun], [submitted.pk])


def test_only_whoever_submitted_a_change_recalls_it():
    author, other = make.make_user(), make.make_editor()
    entry = cited(make.make_milestone(published=True))
    save_working_copy(entry, whole(entry) | {"date": "2013"}, by=author)
    perform_copy_transition(entry, "submit", by=author, seen_number=find_working_copy(entry).number)
    recall = TRANSITIONS["recall"]
    assert [*plan_transition([entry], recall, author).performed] == [entry]
    assert [*plan_transition([entry], recall, other).refused] == [entry]
