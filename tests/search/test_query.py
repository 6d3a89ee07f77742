"""Search: what is found is what holds the words as substrings, however the row was written and whoever may see it."""

import itertools
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.factories import (
    CONTENT,
    make_citation,
    make_editor,
    make_milestone,
    make_topic,
    make_user,
    write_past_the_rules,
)
from tests.searches import make_plan, newest, rank, slugs, write_text
from timeline.editing.integrity import mend
from timeline.models import Entry, Milestone, Policy, SearchDocument
from timeline.rows.bulk import insert
from timeline.search import index
from timeline.values.chinese import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def by_substring(queryset, query):
    """What the search must find, without any index."""
    keys = [entry.pk for entry in queryset]
    return {
        document.record
        for document in SearchDocument.objects.filter(record__in=keys)
        if all(word in f"{document.title}\n{document.summary}\n{document.rest}" for word in words(query))
    }


@pytest.fixture
def plan():
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
    assert list(Entry.objects.published().matching(query).ranked(query)[:20]) == []
    assert list(Entry.objects.matching(query)) == []


def test_only_what_is_visible_is_found_and_counted(plan):
    make_milestone(slug="draft", title="宁波草稿")
    later = make_milestone(slug="later", title="宁波来年")
    make_citation(later)
    later.publish(by=make_user(), now=timezone.now() + timedelta(days=1))
    withdrawn = make_milestone(slug="withdrawn", title="宁波旧事", published=True)
    withdrawn.withdraw(by=make_editor(), reason="误")
    assert slugs("宁波") == {"plan"}
    assert slugs("宁波", Entry.objects) == {"plan", "draft", "later", "withdrawn"}
    assert slugs("宁波", Entry.objects.scheduled()) == {"later"}
    assert slugs("宁波", Entry.objects.visible_to(make_editor())) == {"plan", "draft", "later", "withdrawn"}
    write_past_the_rules(Entry.objects.filter(slug="later"), published_at=timezone.now())
    mend()
    assert slugs("宁波") == {"plan", "later"}


def test_kinds_are_searched_as_entries_are(plan):
    make_milestone(slug="launch", title="宁波启动", published=True)
    assert [policy.slug for policy in Policy.objects.published().matching("宁波").ranked("宁波")[:9]] == [
        "plan"
    ]
    assert Policy.objects.published().matching("宁波").count() == 1
    assert Milestone.objects.matching("启动").get().slug == "launch"


def test_what_chains_elsewhere_chains_behind_a_search(plan):
    topic = make_topic()
    launch = make_milestone(slug="launch", title="宁波启动", topics=[topic], published=True)
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
    assert [entry.slug for entry in found.filter(topics=topic).ranked("宁波")[:20]] == ["launch"]
    assert topic.entries.published().matching("宁波").count() == 1
    assert list(found.ranked("宁波").values_list("slug", flat=True)[:5]) == ["launch", "plan"]
    assert found.ranked("宁波").first().pk == launch.pk
    assert found.ranked("宁波").for_cards()[:2][1].slug == "plan"
    assert found.exists()
    assert found.ranked("宁波").reverse()[:2][0].slug == "plan"
    assert Entry.objects.filter(pk__in=found).count() == 2


def test_hits_come_by_rank_then_newest_then_by_number():
    places = {"title": "title", "summary": "summary", "body": "body"}
    for (place, date), twin in itertools.product(
        itertools.product(places, ("2015", "", "2013-01-28", "2020-06")), range(2)
    ):
        make_milestone(
            **{"title": f"第{twin}号", place: "宁波启动"},
            date=date,
            slug=f"{place}-{date or 'undated'}-{twin}",
            published=True,
        )
    expected = [
        f"{place}-{date}-{twin}"
        for place in places
        for date in ("2020-06", "2015", "2013-01-28", "undated")
        for twin in (1, 0)
    ]
    ranked = Entry.objects.published().matching("宁波").ranked("宁波")
    assert [entry.slug for entry in ranked] == expected
    for low, high in ((0, 5), (5, 20), (7, 9), (20, 24), (23, 40), (24, 30), (0, 200)):
        assert [entry.slug for entry in ranked[low:high]] == expected[low:high]
        assert [entry.slug for entry in Entry.objects.ranked("宁波")[low:high]] == expected[low:high]
    assert Entry.objects.ranked("").count() == 24
    assert [entry.slug for entry in ranked.newest_first()[:3]] == [
        "body-2020-06-1",
        "body-2020-06-0",
        "summary-2020-06-1",
    ]


def test_whatever_the_dates_pages_come_in_the_order_of_all():
    dates = ("", "0001", "9999-12-31", "2013", "2013-01", "2013-01-01", "2013-01-01/2013-09", "2013/2370", "2013/2371",
             "0001/9999", "1990-12-31/2013", "2013-01-01~")  # fmt: skip
    for date, twin in itertools.product(dates, range(2)):
        make_milestone(title=f"宁波{twin}", date=date, published=True)
    moved = make_milestone(title="宁波", date="2012", published=True)
    found = Entry.objects.published().matching("宁波")
    for date in ("2012", "2014", ""):
        moved.date = date
        moved.save()
        expected = sorted(found.all(), key=newest)
        assert list(found.newest_first()) == expected
        assert [entry for low in range(0, 25, 4) for entry in found.newest_first()[low : low + 4]] == expected
        assert index.is_sound(connection)


def test_a_whole_chronicle_is_found_as_by_substring():
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    entries = list(Entry.objects.published())
    for query in (
        "数据",
        "数据之城",
        "雲瀾",
        "号",
        "2010",
        "办法 云澜",
        "。",
        "2011",
    ):
        expected = by_substring(entries, query)
        ranked = Entry.objects.published().matching(query).ranked(query)
        assert expected
        assert {entry.pk for entry in ranked} == expected
        assert ranked.count() == len(expected)
        order = sorted(ranked, key=lambda entry: (rank(entry, query), *newest(entry)))
        assert list(ranked[:5]) == order[:5]
        assert list(ranked) == order


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL joins the pieces itself.")
def test_an_import_of_much_that_is_public_leaves_the_index_in_one_piece(tmp_path):
    def pieces():
        list(
            Entry.objects.published().matching("云澜")
        )  # what waits to be written is written for whoever asks
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT segid) FROM timeline_search_idx")
            return cursor.fetchone()[0]

    call_command("import_content", CONTENT, publish=True, verbosity=0)
    assert pieces() == 1
    make_milestone(published=True)
    assert pieces() == 2
    one = tmp_path / "milestones.yaml"
    for number, expected in ((1, 3), (10, 1)):
        names = [f"- {{slug: m{number}-{index}, title: 启动, date: 2012}}" for index in range(number)]
        one.write_text("\n".join(names), encoding="utf-8")
        call_command("import_content", one, verbosity=0)
        for milestone in Milestone.objects.filter(slug__startswith=f"m{number}-"):
            make_citation(milestone)
        call_command("import_content", one, publish=True, verbosity=0)
        assert pieces() == expected


LETTERS = "宁波寧城市甬〔〕【】[]（）(aAbß㎡ １2é́İ\u3000 \n\t*\"'\\%_-^{}:𠮷😀👨\u200d\ufe0f。，"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=80) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=70
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), data=st.data())
def test_results_equal_those_of_plain_substrings(texts, data):
    with transaction.atomic():
        for number, text in enumerate(texts):
            title, summary, body = text[::3] or "无", text[1::3], text
            entry = Milestone(title=title, slug=f"m{number}")
            entry.date = data.draw(
                st.sampled_from(["", "2010", "2010-01", "2010-01-01", "2011/2013", "2012?"])
            )
            entry.derive()
            if number % 3:
                entry.status, entry.published_at, entry.published_by = "published", timezone.now(), USER()
            insert(Milestone, [entry])
            SearchDocument.objects.write([entry])
            lines = data.draw(st.sampled_from([text, f"{title}\n{summary}\n{body}", "\n".join(words(text))]))
            write_text(entry, lines)
        whole = data.draw(st.sampled_from(texts))
        for _ in range(5):
            low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
            query = data.draw(st.just(whole[low:high]) | st.text(st.sampled_from(LETTERS), max_size=5))
            for queryset in (Entry.objects.published(), Entry.objects):
                expected = by_substring(queryset.all(), query)
                found = queryset.matching(query)
                assert {entry.pk for entry in found} == expected
                assert found.count() == len(expected)
                if words(query):
                    order = sorted(found, key=lambda entry: (rank(entry, query), *newest(entry)))
                    assert list(found.ranked(query)[:3]) == order[:3]
        assert index.is_sound(connection)
        transaction.set_rollback(True)


def USER():
    from django.contrib.auth.models import User

    return User.objects.get_or_create(username="reader")[0]
