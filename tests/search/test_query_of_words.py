"""Search for words: substrings match, only visible entries are found, and no query fails."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import (
    make_citation,
    make_editor,
    make_milestone,
    make_topic,
    make_user,
    update_unchecked,
)
from tests.searches import make_plan, results, slugs
from timeline.editing.integrity import repair
from timeline.models import Entry, Kind, Milestone, Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(scope="module")
def plan(module_records):
    return make_plan()


@pytest.mark.parametrize(
    "query",
    [
        "宁", "波", "宁波", "寧波", "智慧城市", "波市智", "规划", "划", "划 ", "盖", "规划 宁波", "宁波　光网", "甬党[2010]14号",
        "甬党〔2010〕14号", "【2010】", "〔", "2010", "]14", "𠮷", "𠮷镇", "镇。", "。", "２０１５", "宁波\t城市\n网", "", " ",
    ],
)  # fmt: skip
def test_a_part_of_the_text_finds_it(plan, query):
    assert slugs(query) == {"plan"}


@pytest.mark.parametrize(
    "query",
    ["宁市", "宁波 上海", "波宁", "划光", "盖甬", "规划光网", "*", '"', "AND", "OR NOT", "NEAR(宁波)", "title:宁波", "{title}", "宁波*", "宁_", "%",
     "_", "\\", "'", "';--", "宁波' OR '1'='1", "e5ae81", "(", ")", "^宁波", "-宁波", "��", "𠮶"],
)  # fmt: skip
def test_what_no_text_has_finds_nothing_and_breaks_nothing(plan, query):
    assert slugs(query) == set()


@pytest.mark.parametrize("query", ["宁\0波", "宁\ud800波", "\udc00宁\ud83d", "\0宁波\0"])
def test_what_no_text_can_hold_parts_words(plan, query):
    assert slugs(query) == {"plan"}


@pytest.mark.parametrize(
    "query",
    ["宁" * 10_000, "".join(chr(0x4E00 + number) for number in range(10_000)), pytest.param(" ".join(map(chr, range(0x4E00, 0x7500))), marks=pytest.mark.long),
     '"' * 10_000, "(" * 10_000, "宁波 " * 3_000 + "上海"],
)  # fmt: skip
def test_a_long_query_finds_nothing_and_breaks_nothing(plan, query):
    assert slugs(query) == set()
    assert results(query)[:20] == []
    assert list(Entry.objects.matching(query)) == []


def test_only_what_is_visible_is_found_and_counted(plan):
    make_milestone(slug="draft", title="宁波草稿")
    later = make_milestone(slug="later", title="宁波来年")
    make_citation(later)
    later.publish(by=make_user(), public_from=timezone.now() + timedelta(days=1))
    withdrawn = make_milestone(slug="withdrawn", title="宁波旧事", published=True)
    withdrawn.withdraw(by=make_editor(), comment="误")
    assert slugs("宁波") == {"plan"}
    assert slugs("宁波", Entry.objects) == {"plan", "draft", "later", "withdrawn"}
    assert slugs("宁波", Entry.objects.scheduled()) == {"later"}
    assert slugs("宁波", Entry.objects.visible_to(make_editor())) == {"plan", "draft", "later", "withdrawn"}
    update_unchecked(Entry.objects.filter(slug="later"), published_at=timezone.now())
    repair()
    assert slugs("宁波") == {"plan", "later"}


def test_kinds_are_searched_as_entries_are(plan):
    make_milestone(slug="launch", title="宁波启动", published=True)
    among = Entry.objects.filter(kind=Kind.POLICY)
    assert [entry.slug for entry in results("宁波", among)[:9]] == ["plan"]
    assert Policy.objects.published().matching("宁波").count() == 1
    assert Milestone.objects.matching("启动").get().slug == "launch"


def test_what_chains_elsewhere_chains_behind_a_search(plan):
    topic = make_topic()
    make_milestone(slug="launch", title="宁波启动", topics=[topic], published=True)
    found = Entry.objects.published().matching("宁波")
    assert found.filter(kind="policy").count() == 1
    assert found.exclude(kind="policy").count() == 1
    assert found.filter(topics=topic).count() == 1
    assert found[:1].count() == 1
    assert found.matching("启动").count() == 1
    assert found.distinct().count() == 2
    assert (found | Entry.objects.filter(slug="plan")).count() == 2
    assert found.none().count() == 0
    assert set(found.values_list("kind", flat=True)) == {"policy", "milestone"}
    assert topic.entries.published().matching("宁波").count() == 1
    assert found.for_cards().order_by("-slug").first().slug == "plan"
    assert found.exists()
    assert Entry.objects.filter(pk__in=found).count() == 2
