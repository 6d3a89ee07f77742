"""What tells entries of the same title apart on public pages."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from tests import factories as make
from tests.pages import order_of, page
from timeline.i18n import disambiguation
from timeline.i18n.disambiguation import Distinction, EqualTitle, distinguish
from timeline.i18n.display import alternative_titles, localized_html, localized_text
from timeline.models import Entry, content_version

pytestmark = pytest.mark.django_db

TITLE = "推动信息资源共享"


def titles_of(*entries, field="title") -> list[str]:
    """The titles as public pages show them."""
    with disambiguation.ended_after():
        disambiguation.begin(content_version.read().identifier)
        return [localized_text(entry, field) for entry in entries]


def equal(pk, **kw) -> EqualTitle:
    values = {"title": TITLE, "title_en": "", "kind": "policy", "day": None, "document_number": None}
    return EqualTitle(pk, **values | kw)


@pytest.mark.parametrize(
    ("entries", "criterion"),
    [
        ([equal(1, document_number="甲〔2014〕1号"), equal(2)], "document_number"),
        ([equal(1), equal(2, kind="milestone")], "kind"),
        ([equal(1), equal(2)], "number"),
    ],
    ids=["document number", "kind", "number"],
)
def test_what_differs_decides(entries, criterion):
    assert {one.criterion for _key, one in distinguish(entries)} == {criterion}


def test_numbers_follow_the_order_of_creation():
    found = dict(distinguish([equal(7), equal(3), equal(5)]))
    assert found == {3: Distinction("number", 1), 5: Distinction("number", 2), 7: Distinction("number", 3)}


def test_equal_titles_have_their_years():
    first, second = (make.make_milestone(title=TITLE, date=date, published=True) for date in ("2014", "2017"))
    assert titles_of(first, second) == [f"{TITLE}（2014年）", f"{TITLE}（2017年）"]


def test_of_one_year_they_have_their_document_numbers():
    first = make.make_policy(title=TITLE, date="2014", document_number="甬政发〔2014〕1号", published=True)
    second = make.make_policy(title=TITLE, date="2014", published=True)
    assert titles_of(first, second) == [f"{TITLE}（甬政发〔2014〕1号）", f"{TITLE}（文号未载）"]


def test_without_other_differences_they_have_their_kinds_or_numbers():
    policy = make.make_policy(title=TITLE, date="2014", published=True)
    milestone = make.make_milestone(title=TITLE, date="2014", published=True)
    assert titles_of(policy, milestone) == [f"{TITLE}（政策）", f"{TITLE}（大事）"]
    another = make.make_policy(title=TITLE, date="2014", published=True)
    assert titles_of(policy, milestone, another) == [f"{TITLE}（1）", f"{TITLE}（2）", f"{TITLE}（3）"]


def test_an_entry_without_a_date_says_so():
    make.make_milestone(title=TITLE, date="2014", published=True)
    undated = make.make_milestone(title=TITLE, published=True)
    assert titles_of(undated) == [f"{TITLE}（日期未载）"]


def test_a_draft_changes_no_title():
    public = make.make_milestone(title=TITLE, date="2014", published=True)
    draft = make.make_milestone(title=TITLE, date="2017")
    assert titles_of(public, draft) == [TITLE, TITLE]
    make.make_citation(draft)
    draft.publish(by=make.make_user())
    assert titles_of(public) == [f"{TITLE}（2014年）"]


def test_only_titles_of_entries_have_them():
    topic, milestone = make.make_topic(title=TITLE), make.make_milestone(title=TITLE, published=True)
    assert titles_of(topic, milestone) == [TITLE, TITLE]
    first, second = (
        make.make_milestone(title="又一件", summary="甲", date=date, published=True)
        for date in ("2014", "2017")
    )
    assert titles_of(first, second, field="summary") == ["甲", "甲"]


def test_outside_public_pages_titles_are_to_the_letter():
    first, _second = (
        make.make_milestone(title=TITLE, date=date, published=True) for date in ("2014", "2017")
    )
    assert localized_text(first, "title") == localized_html(first, "title") == TITLE


@pytest.mark.parametrize(
    ("language", "shown"),
    [("zh-hans", [TITLE, TITLE]), ("en", ["Sharing (2014)", "Sharing (2017)"])],
)
def test_titles_are_told_apart_in_the_language_of_the_page(language, shown):
    first = make.make_milestone(title=TITLE, title_en="Sharing", date="2014", published=True)
    second = make.make_milestone(title="另一个题名", title_en="Sharing", date="2017", published=True)
    with override(language):
        assert titles_of(first, second) == [shown[0], shown[1] if language == "en" else "另一个题名"]


def test_a_page_shows_the_difference_everywhere_its_reference_included(client):
    first, second = (make.make_policy(title=TITLE, date=date, published=True) for date in ("2014", "2017"))
    text = page(client, first)
    assert f"<title>{TITLE}（2014年）" in text
    assert re.search(rf"<h1[^>]*>{TITLE}（2014年）</h1>", text)
    assert f"{TITLE}（2014年）[EB/OL]" in text
    listed = page(client, "/")
    for year in (2014, 2017):
        assert f"{TITLE}（{year}年）</a>" in listed
    found = page(client, f"/?q={TITLE[:4]}")
    assert re.search(r"<mark>[^<]*</mark>[^<]*（2017年）</a>", found)
    assert f"{TITLE}（2017年）" in page(client, "/feed/")
    assert localized_text(second, "title") == TITLE


def test_the_entries_of_a_name_that_was_searched_are_told_apart(client):
    for date in ("2014", "2017"):
        make.make_milestone(title="宽带中国", date=date, published=True)
    named = (
        page(client, "/?q=宽带中国&sort=date")
        .partition('<section class="named"')[2]
        .partition("</section>")[0]
    )
    assert order_of(named, "（2014年）</a>", "（2017年）</a>") or order_of(
        named, "（2017年）</a>", "（2014年）</a>"
    )


def test_the_original_title_of_an_english_page_is_to_the_letter():
    first, _second = (
        make.make_milestone(title=TITLE, title_en="Sharing", date=date, published=True)
        for date in ("2014", "2017")
    )
    with override("en"), disambiguation.ended_after():
        disambiguation.begin(content_version.read().identifier)
        assert alternative_titles(first) == [("zh-Hans", TITLE)]


def test_many_titles_are_told_apart_by_one_query():
    entries = [
        make.make_milestone(title=f"{TITLE}{number}", date=date, published=True)
        for number in range(5)
        for date in ("2014", "2017")
    ]
    version = content_version.read().identifier
    with disambiguation.ended_after(), CaptureQueriesContext(connection) as captured:
        disambiguation.begin(version)
        for entry in Entry.objects.in_bulk([entry.pk for entry in entries]).values():
            assert localized_text(entry, "title") == f"{entry.title}（{entry.timeline_date}年）"
    assert len(captured) == 2


def test_if_too_many_share_their_titles_every_title_has_its_year(monkeypatch):
    monkeypatch.setattr(disambiguation, "MAX_ENTRIES", 3)
    entries = [make.make_milestone(title=TITLE, date=f"201{n}", published=True) for n in range(4)]
    undated = make.make_milestone(title="乙", published=True)
    other = make.make_milestone(title="丙", date="2019", published=True)
    assert titles_of(entries[0], other, undated) == [f"{TITLE}（2010年）", "丙（2019年）", "乙"]
    with CaptureQueriesContext(connection) as captured:
        [title] = titles_of(Entry.objects.only("title", "title_en").get(pk=other.pk))
    # One reads the record, one the version; the date is not loaded for it.
    assert (title, len(captured)) == ("丙", 2)


def test_if_too_many_share_their_titles_the_names_on_cards_have_their_years_too(client, monkeypatch):
    monkeypatch.setattr(disambiguation, "MAX_ENTRIES", 1)
    for date in ("2014", "2017"):
        policy = make.make_policy(title=TITLE, date=date, published=True)
    make.make_milestone(policies=[policy], published=True)
    make.make_goal(title="目标", declared_by=policy, published=True)
    named = page(client, "/").partition('id="list"')[2]
    assert named.count(f"{TITLE}（2017年）</a>") == 3
    assert "目标（2017年）</a>" in named
