"""Records of a search besides its entries: bounded, ranked, grouped, with the number of public entries of each."""

import pytest

from tests import factories as make
from timeline.models import REFERENCES
from timeline.public.named_records import (
    MAX_ENTRIES,
    MAX_OPEN,
    MAX_RECORDS,
    count_named,
    find_named,
    find_proposals,
    grouped,
)

pytestmark = pytest.mark.django_db


def found(text):
    """Return the groups that are found, with titles instead of records."""
    return [
        (noun, [record.title for record in records]) for noun, records in grouped(find_named(text).records)
    ]


def record_of(text):
    (record,) = find_named(text).records
    return record


def test_a_record_of_that_name_stands_before_all_that_only_contain_it():
    make.make_topic(title="工信部的专题")
    make.make_source(title="工信部公告")
    make.make_organization(title="工业和信息化部", aliases="工信部；MIIT")
    for words in ("工信部", " 工信部　"):
        assert found(words) == [
            ("机构", ["工业和信息化部"]),
            ("专题", ["工信部的专题"]),
            ("来源", ["工信部公告"]),
        ]
    assert found("miit") == found("工業和信息化部") == [("机构", ["工业和信息化部"])]


@pytest.mark.parametrize("column", ["title", "title_en", "short_title", "short_title_en", "aliases"])
def test_each_name_is_one_whichever_column_has_it(column):
    phase = make.make_phase(**{"title": "甲乙丙", column: "One grid"})
    make.make_phase(title="One grid system", period="2016/2020")
    assert find_named("one GRID").records[0].pk == phase.pk


def test_a_name_of_two_words_is_no_name_by_one_of_them_or_in_another_order():
    make.make_topic(title="One grid", aliases="网格")
    other = make.make_topic(title="grid one", aliases="grid")
    assert find_named("grid").records[0].pk == other.pk
    assert find_named("grid one").records[0].pk == other.pk


def test_a_record_is_told_with_its_years_and_its_public_entries():
    phase = make.make_phase(title="起步", period="2011/2015")
    topic, area = make.make_topic(title="起步专题"), make.make_area(title="起步区")
    make.make_policy(phase=phase, topics=[topic], published=True)
    make.make_policy(phase=phase, topics=[topic])
    # Named in two columns, it counts once.
    make.make_designation(designee=area, areas=[area], phase=phase, published=True)
    records = {record.title: record for record in find_named("起步").records}
    assert {title: record.size for title, record in records.items()} == {
        "起步": 2,
        "起步专题": 1,
        "起步区": 1,
    }
    assert str(records["起步"].period) == "2011/2015"
    assert records["起步专题"].period is None
    assert records["起步区"].get_absolute_url() == area.get_absolute_url()


@pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)
def test_records_of_every_model_are_found_by_their_descriptions(model):
    column = next(iter([*model.SUMMARIES, *model.SEARCHED_MARKDOWN, *model.SEARCHED]))
    record = make.make_reference(model, **{column: "光纤到户"})
    assert record_of("光纖").get_absolute_url() == record.get_absolute_url()


def test_an_entry_of_that_name_is_found_too_and_others_are_not():
    entry = make.make_designation(title="镇海区列入试点", aliases="首批", published=True)
    make.make_policy(title="首批项目", published=True)
    make.make_policy(title="首批")
    (record,) = find_named("首批").records
    assert (record.noun, record.is_entry, record.get_absolute_url()) == (
        "试点",
        True,
        entry.get_absolute_url(),
    )
    assert find_named("首批", max_entries=0).records == []


def test_there_are_few_with_the_number_of_all_in_a_fixed_number_of_queries(django_assert_max_num_queries):
    for number in range(MAX_RECORDS + 3):
        make.make_topic(title=f"智慧{number}")
    for number in range(MAX_ENTRIES + 1):
        make.make_policy(title="智慧", published=True, slug=f"policy-{number}")
    with django_assert_max_num_queries(5):
        named = find_named("智慧")
    assert [len(records) for _noun, records in grouped(named.records)] == [MAX_ENTRIES, MAX_RECORDS]
    assert (named.size, named.is_partial) == (MAX_RECORDS + 3, True)
    assert count_named("智慧") == MAX_RECORDS + 3
    for model in REFERENCES:
        make.make_reference(model, title="宁波")
    with django_assert_max_num_queries(4):
        named = find_named("宁波")
    assert (len(named.records), named.size, named.is_partial) == (len(REFERENCES), len(REFERENCES), False)


def test_the_first_by_rank_are_open_and_the_others_folded_with_their_number():
    make.make_organization(title="工信部")
    make.make_policy(title="通知", aliases="工信部", published=True)
    for number in range(MAX_RECORDS):
        make.make_topic(title=f"工信部专题{number}")
    named = find_named("工信部")
    opened = [record.title for _noun, records in named.open_groups for record in records]
    folded = [record.title for _noun, records in named.folded_groups for record in records]
    assert opened == ["工信部", "通知"]
    assert len(folded) == MAX_RECORDS + 1 - MAX_OPEN
    # The one that did not fit is counted too.
    assert named.folded_size == MAX_RECORDS + 2 - MAX_OPEN
    assert find_named("工信部专题1").folded_size == 0


def test_proposals_name_records_in_a_fixed_number_of_queries(django_assert_max_num_queries):
    make.make_organization(title="工业和信息化部", aliases="工信部")
    make.make_policy(title="信息化规划", published=True)
    with django_assert_max_num_queries(4):
        proposals = find_proposals("工信息化部")
    assert [record.title for record in proposals.names] == ["工业和信息化部"]
    assert proposals.parts == []
