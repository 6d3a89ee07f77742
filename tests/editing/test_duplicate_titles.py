"""Records with the title of another."""

import pytest

from tests import factories as make
from timeline.editing.duplicate_titles import MAX_LISTED, find_duplicates, normalize_title

pytestmark = pytest.mark.django_db


def test_a_title_is_the_same_in_either_script_and_without_its_signs():
    assert normalize_title("智慧医疗（试点）") == normalize_title(" 智慧醫療 (試點)")


def test_policies_of_other_years_are_no_duplicates():
    first = make.make_policy(title="工作要点", issued="2013-01")
    assert find_duplicates(make.make_policy(title="工作要点", issued="2014-01")) == []
    assert find_duplicates(make.make_policy(title="工作要点", issued="2013-12")) == [first]


def test_so_many_duplicates_are_named():
    for _number in range(MAX_LISTED + 1):
        make.make_topic(title="智慧教育")
    assert len(find_duplicates(make.make_topic(title="智慧教育"))) == MAX_LISTED
