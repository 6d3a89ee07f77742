"""Records that a file lacks and the former file of its shape had."""

import pytest

from tests.factories import make_milestone, make_policy
from timeline.exchange.mapping.former_records import MAX_NAMED, described_records, missing_records

pytestmark = pytest.mark.django_db


def test_records_are_described_by_their_keys_and_found_missing_by_their_slugs():
    policies = [make_policy(slug=f"p-{number}") for number in range(4)]
    milestone = make_milestone(slug="m")
    former = described_records({"policies": [one.slug for one in policies], "milestones": ["m"]})
    first, last = policies[0].pk, policies[-1].pk
    assert former == (f"policies:{first}-{last}", f"milestones:{milestone.pk}")
    found = missing_records(former, {"policies": ["p-1", "p-2"], "milestones": ["m"]})
    assert (found.count, found.named) == (2, [("policies", "p-0"), ("policies", "p-3")])


def test_only_tables_of_the_file_count():
    make_policy(slug="a")
    assert missing_records(described_records({"policies": ["a"]}), {"milestones": []}).count == 0


def test_of_another_list_with_the_same_header_nothing_is_missing():
    former = described_records({"policies": [make_policy(slug=f"p-{number}").slug for number in range(3)]})
    assert missing_records(former, {"policies": ["p-0"]}).count == 0
    assert missing_records(former, {"policies": ["p-0", "p-1"]}).count == 1


def test_a_record_that_was_renamed_is_not_missing_and_one_that_is_gone_is_not_told():
    renamed, gone = make_policy(slug="a"), make_policy(slug="b")
    former = described_records({"policies": ["a", "b"]})
    renamed.slug = "c"
    renamed.save()
    gone.delete()
    assert missing_records(former, {"policies": ["c"]}).count == 0


def test_the_first_are_named_and_all_are_counted():
    slugs = [make_policy(slug=f"p-{number}").slug for number in range(2 * MAX_NAMED + 4)]
    found = missing_records(described_records({"policies": slugs}), {"policies": slugs[MAX_NAMED + 2 :]})
    assert (found.count, len(found.named)) == (MAX_NAMED + 2, MAX_NAMED)


@pytest.mark.parametrize("text", ["", "policies", "policies:", "nothing:1", "policies:-", "policies:1--3,"])
def test_what_is_no_description_is_passed_over(text):
    assert missing_records([text], {"policies": []}).count == 0
