"""References: resolved for many rows at once, by current and former slugs; follow-up errors are detected."""

import pytest

from tests.factories import make_phase, make_topic
from timeline.models import Entry, Milestone, Phase, Policy, Topic
from timeline.rows.references import CACHE_SIZE, References, ResolvedReference

pytestmark = pytest.mark.django_db


def test_what_is_learnt_is_found_and_nothing_else():
    topic = make_topic(slug="optical")
    references = References(())
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
    references = References(())
    references.load(Topic, ["optical"])
    found = references.find(Topic, "optical")
    assert (found.pk, found.slug) == (topic.pk, "fibre")


def test_many_are_learnt_in_two_queries_and_the_same_again_in_none(django_assert_num_queries):
    slugs = [make_topic().slug for _time in range(5)]
    references = References(())
    with django_assert_num_queries(2):
        references.load(Topic, [*slugs, "nothing", "nobody"])
    with django_assert_num_queries(0):
        references.load(Topic, slugs)


def test_a_record_of_the_same_import_is_found_without_asking(django_assert_num_queries):
    references = References(())
    references.add(Topic, "new", 7)
    with django_assert_num_queries(0):
        references.load(Topic, ["new"])
    assert references.find(Topic, "new").pk == 7


def test_of_very_many_that_an_import_made_some_are_looked_up_again():
    references = References(())
    for number in range(CACHE_SIZE + 1):
        references.add(Topic, f"t{number}", number)
    assert references.find(Topic, f"t{CACHE_SIZE - 1}").pk == CACHE_SIZE - 1
    assert references.find(Topic, f"t{CACHE_SIZE}") is None


def test_between_chunks_few_records_are_kept_and_very_many_forgotten():
    make_phase(slug="early")
    references = References(())
    references.load(Phase, ["early"])
    references.known[Topic] = {
        f"t{number}": ResolvedReference(number, f"t{number}") for number in range(CACHE_SIZE + 1)
    }
    references.evict()
    assert references.find(Phase, "early") is not None
    assert references.find(Topic, "t0") is None


def test_who_names_a_row_that_failed_is_excused_whatever_kind_of_entry_it_was():
    references = References(())
    references.fail(Policy, "plan")
    assert references.is_follow_up_error(Policy, "plan")
    assert references.is_follow_up_error(Entry, "plan")
    assert not references.is_follow_up_error(Entry, "other")
    assert not references.is_follow_up_error(Milestone, "plan")


def test_who_names_a_record_of_a_file_that_could_not_be_read_is_excused():
    references = References({"policies"})
    assert references.is_follow_up_error(Entry, "anything")
    assert not references.is_follow_up_error(Topic, "anything")
