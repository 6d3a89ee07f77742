"""References: resolved for many rows at once or for one cell, by current and former slugs."""

import pytest

from tests.factories import make_milestone, make_organization, make_phase, make_policy, make_topic
from timeline.models import Milestone, Organization, Phase, Policy, Topic
from timeline.rows.references import CACHE_SIZE, MAX_SUGGESTED, References
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_what_is_learnt_is_found_and_nothing_else():
    topic = make_topic(slug="optical")
    references = References()
    assert references.find(Topic, "optical") is None
    references.load(Topic, ["optical", "nothing"])
    found = references.find(Topic, "optical")
    assert (found.pk, found.slug) == (topic.pk, "optical")
    assert references.find(Topic, "nothing") is None
    assert references.find(Phase, "optical") is None


def test_a_record_is_found_under_a_former_slug_and_named_as_today():
    topic = make_topic(slug="optical")
    topic.slug = "fibre"
    topic.save()
    references = References()
    references.load(Topic, ["optical"])
    found = references.find(Topic, "optical")
    assert (found.pk, found.slug) == (topic.pk, "fibre")


def test_many_are_learnt_in_two_queries_and_the_same_again_in_none(django_assert_num_queries):
    slugs = [make_topic().slug for _time in range(5)]
    references = References()
    with django_assert_num_queries(2):
        references.load(Topic, [*slugs, "nothing", "nobody"])
    with django_assert_num_queries(0):
        references.load(Topic, slugs)


def test_a_record_that_was_just_written_is_found_without_asking(django_assert_num_queries):
    references = References()
    references.add(Topic, "new", 7)
    with django_assert_num_queries(0):
        references.load(Topic, ["new"])
    assert references.find(Topic, "new").pk == 7


def test_of_very_many_that_an_import_made_some_are_looked_up_again():
    references = References()
    for number in range(CACHE_SIZE + 1):
        references.add(Topic, f"t{number}", number)
    assert references.find(Topic, f"t{CACHE_SIZE - 1}").pk == CACHE_SIZE - 1
    assert references.find(Topic, f"t{CACHE_SIZE}") is None


def test_between_chunks_few_records_are_kept_and_very_many_forgotten():
    make_phase(slug="early")
    topics = [make_topic(slug="t0").slug, *(f"t{number}" for number in range(1, CACHE_SIZE))]
    references = References()
    references.load(Phase, ["early"])
    for number, slug in enumerate(topics, 1):
        references.add(Topic, slug, number)
    references.load(Topic, [make_topic(slug="one-more").slug])
    references.evict()
    assert references.find(Phase, "early") is not None
    assert references.find(Topic, "t0") is None


def read(model, name, cell):
    return References().read(table_of(model).columns[name], cell)


def test_the_references_of_many_rows_cost_as_many_queries_as_those_of_one(django_assert_num_queries):
    topics = [make_topic(slug=f"t{number}") for number in range(5)]
    make_phase(slug="early")
    columns = table_of(Milestone).columns
    rows = [{"topics": [topic.slug], "phase": "early"} for topic in topics]
    references = References()
    with django_assert_num_queries(2):
        references.prefetch(columns.values(), rows)
    with django_assert_num_queries(0):
        assert [references.read(columns["topics"], row["topics"]) for row in rows] == [[t] for t in topics]
        assert references.read(columns["phase"], "early").slug == "early"


def test_a_list_where_one_reference_belongs_is_refused():
    with pytest.raises(ValueError, match="^One value is expected here, not a list."):
        read(Policy, "phase", ["a"])


@pytest.mark.parametrize("cell", [None, ""])
def test_an_empty_cell_refers_to_nothing(cell):
    assert read(Policy, "phase", cell) is None
    assert read(Policy, "issuers", cell) == []


@pytest.mark.parametrize(
    "cell", [["a", "b"], "a,b", "a, b", "a;b", "a | b", "a b", "a、b", "a，b", "a；b", " a\nb "]
)
def test_several_references_are_a_list_or_text_with_something_between_them(cell):
    a, b = make_topic(slug="a"), make_topic(slug="b")
    assert read(Milestone, "topics", cell) == [a, b]


def test_an_unknown_reference_names_the_slug_that_is_nearest():
    make_phase(slug="foundations")
    make_phase(slug="one-grid")
    with pytest.raises(
        ValueError, match=r"There is no phase “fundations” \(perhaps “foundations” is meant\)."
    ):
        read(Policy, "phase", "fundations")


def test_a_reference_that_resembles_nothing_is_only_named():
    make_phase(slug="foundations")
    with pytest.raises(ValueError, match="There is no phase “xyz”.$"):
        read(Policy, "phase", "xyz")


def test_a_reference_is_exact():
    make_phase(slug="foundations")
    for near in ("Foundations", "foundation", "foundations%", "打基础"):
        with pytest.raises(ValueError, match=near):
            read(Policy, "phase", near)


def test_a_reference_with_a_character_that_no_database_holds_is_refused():
    with pytest.raises(ValueError, match="."):
        read(Policy, "phase", "a\0b")


def test_a_reference_is_found_by_the_slug_that_its_record_once_had():
    phase, topic = make_phase(slug="old"), make_topic(slug="optical")
    phase.slug, topic.slug = "new", "fibre"
    phase.save()
    topic.save()
    assert read(Policy, "phase", "old") == phase
    assert read(Policy, "topics", ["fibre", "optical"]) == [topic]


def taken(model, *slugs):
    return References().unavailable_slugs(model, slugs)


def test_a_slug_that_nobody_has_or_had_is_free():
    make_policy(slug="plan")
    assert taken(Milestone, "launch") == {}
    assert taken(Milestone) == {}


def test_a_slug_of_another_kind_is_taken_and_says_by_what():
    make_policy(slug="plan", title="规划")
    assert taken(Milestone, "plan", "launch") == {
        "plan": "This address is that of the Policy “规划”; choose another."
    }


def test_a_slug_that_a_record_once_had_is_taken_under_its_title_of_today():
    topic = make_topic(slug="optical", title="光网")
    topic.slug, topic.title = "fibre", "光纤"
    topic.save()
    words = (
        "This address once was that of “光纤”, and leads there for good."
        " If that is meant, write its present slug: fibre."
    )
    assert taken(Topic, "optical") == {"optical": words}
    # Topics have addresses of their own.
    assert taken(Organization, "optical", "fibre") == {}


def test_a_slug_that_an_entry_of_any_kind_once_had_is_taken_for_all_kinds():
    launch = make_milestone(slug="launch", title="启动")
    launch.slug = "start"
    launch.save()
    assert {*taken(Policy, "launch")} == {*taken(Milestone, "launch")} == {"launch"}


def test_another_name_of_a_record_names_its_slug():
    make_organization(slug="government", title="宁波市人民政府", aliases="市政府；宁波市政府")
    column = table_of(Policy).columns["issuers"]
    message = References().unknown_message(column, "市政府")
    assert message == "“市政府” is another name of the organization government; write that slug."
    make_organization(slug="other", title="别市人民政府", aliases="市政府")
    assert "There is no organization “市政府”" in References().unknown_message(column, "市政府")
    assert "There is no organization “政府”" in References().unknown_message(column, "政府")


def test_what_an_unknown_name_may_mean_is_looked_for_once_and_for_the_first_of_many(
    django_assert_max_num_queries,
):
    make_organization(slug="government-office", title="宁波市人民政府办公厅")
    references, column = References(), table_of(Policy).columns["issuers"]
    names = [f"goverment-ofice-{'x' * (number % 3)}{number}" for number in range(MAX_SUGGESTED * 3)]
    with django_assert_max_num_queries(2 * MAX_SUGGESTED + 5):
        messages = [references.unknown_message(column, name) for name in names for _again in range(2)]
    assert "perhaps “government-office” is meant" in messages[0]
    assert messages[0] == messages[1]
    assert messages[-1] == f"There is no organization “{names[-1]}”."


def test_a_record_that_came_meanwhile_is_proposed_in_the_next_chunk():
    references, column = References(), table_of(Policy).columns["issuers"]
    assert "perhaps" not in references.unknown_message(column, "goverment")
    make_organization(slug="government", title="政府")
    references.evict()
    assert "perhaps “government”" in references.unknown_message(column, "govermnt")
