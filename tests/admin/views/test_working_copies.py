"""Working copies of every kind in the admin: forms, previews, pages, and reads without writes."""

import re
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from tests import factories as make
from tests.forms import address, address_of, fields_of, opened, save
from tests.world import World, revised
from timeline.editing.copy_transitions import perform_copy_transition
from timeline.editing.revisions import record_revision, reload
from timeline.editing.working_copies import find_working_copy, save_working_copy
from timeline.models import Area, Entry, Goal, Organization, Policy, Revision, Source
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def module_world(module_world: World) -> World:
    """The world with public entries before and after the revised one, by date and by topic."""
    for date in ("2009", "2012-05", "2012-07", "2014-03"):
        make.make_milestone(title=f"邻居 {date}", date=date, topics=[module_world.topic], published=True)
    return module_world


# A policy has relations; a goal follows another entry and has assessments. The other kinds run only with
# `make test-all`.
@pytest.fixture(
    scope="module",
    params=[
        pytest.param(model, id=model.KIND, marks=() if model in (Policy, Goal) else pytest.mark.long)
        for model in make.ENTRY_MAKERS
    ],
)
def kept_copy(request, module_world) -> Iterator[Entry]:
    """A public entry of each kind with a working copy that changes every column."""
    with transaction.atomic():
        policy = make.make_policy(title="另一政策", date="2011", published=True)
        entry = make.ENTRY_MAKERS[request.param](title="原来的", slug="as-it-was", published=True)
        if entry.kind != "goal":
            make.make_goal(title="随之而动的目标", declared_by=entry, published=True)
            make.make_goal(title="有自己日期的目标", declared_by=entry, date="2012-01", published=True)
        row = revised(entry, module_world, policy) | {"slug": "as-it-is"}
        record_revision(entry, by=module_world.user)
        save_working_copy(entry, row, by=module_world.user)
        yield entry
        transaction.set_rollback(True)


@pytest.fixture
def copied(kept_copy) -> Entry:
    """The entry of `kept_copy`, loaded for one test."""
    return reload(kept_copy)


def as_readers_see_it(page: str) -> str:
    """Return the article without the notices of the admin and without the history of the entry."""
    article = re.search(r"<article.*</article>", page, re.S)
    assert article
    without_notice = re.sub(r'<p class="notice".*?</p>', "", article[0], flags=re.S)
    without_past = re.sub(
        r'<section class="sheet">\s*<h2[^>]*>本条更新记录</h2>.*?</section>', "", without_notice, flags=re.S
    )
    return re.sub(r"\s+", " ", without_past)


def test_a_preview_is_the_page_that_readers_will_see(editor_client, copied):
    shown = editor_client.get(address_of("preview", copied))
    assert shown.status_code == 200
    assert "no-store" in shown["Cache-Control"]
    perform_copy_transition(copied, "publish", by=make.make_user())
    page = Client().get(reload(copied).get_absolute_url()).content.decode()
    for text in (
        "新的title",
        "新的summary",
        "新的body",
        "新的editor_note",
        "原话",
        "2012年6月",
        "邻居 2012-05",
    ):
        assert text in page, text
    assert as_readers_see_it(shown.content.decode()) == as_readers_see_it(page)


def test_a_form_that_is_saved_as_it_was_opened_leaves_the_working_copy_as_it_was(editor_client, copied):
    kept = find_working_copy(copied)
    form = fields_of(editor_client.get(address_of("change", copied)).content.decode())
    assert form["citations-INITIAL_FORMS"] == "2"
    editor_client.post(address_of("change", copied), form)
    assert find_working_copy(copied) == kept
    editor_client.post(address_of("change", copied), form | {"citations-1-locator": "¶7"})
    assert find_working_copy(copied).content == kept.content | {
        "citations": [kept.content["citations"][0], kept.content["citations"][1] | {"locator": "¶7"}]
    }


def test_what_is_only_looked_at_writes_nothing(editor_client, copied, django_assert_max_num_queries):
    count = Revision.objects.count()
    # The page of the working copy has the checklist of its publication as well.
    for tag, most in (("change", 100), ("preview", 100), ("working_copy", 140)):
        with django_assert_max_num_queries(most) as asked:
            assert editor_client.get(address_of(tag, copied)).status_code == 200
        statements = {query["sql"].lstrip("(").partition(" ")[0] for query in asked}
        assert statements <= {"SELECT", "SAVEPOINT", "RELEASE"}
    assert Revision.objects.count() == count


def test_a_preview_does_not_name_what_is_not_public(editor_client):
    draft = make.make_policy(title="还是草稿")
    goal = make.make_goal(title="目标", published=True)
    row = table_of(type(goal)).whole_row_of(goal) | {"declared_by": draft.slug}
    save_working_copy(goal, row, by=make.make_user())
    page = editor_client.get(address_of("preview", goal)).content.decode()
    assert "还是草稿" not in page
    assert "设定它的条目未公开" in page or "未公开" in page


def test_a_working_copy_opens_although_what_it_names_is_gone(editor_client, world):
    """A record that only a working copy refers to is not in use and may be deleted."""
    source, area, organization = (
        make.make_reference(model, published=False) for model in (Source, Area, Organization)
    )
    entry = make.make_designation(title="试点", published=True)
    row = table_of(type(entry)).whole_row_of(entry)
    kept = row["citations"][0]
    named = {"designee": area.slug, "areas": [area.slug], "authorities": [organization.slug]}
    row |= named | {"citations": [kept, kept | {"source": source.slug}]}
    save_working_copy(entry, row, by=world.user)
    for gone in (source, area, organization):
        gone.delete()
    page = editor_client.get(address_of("change", entry))
    assert page.status_code == 200
    assert editor_client.get(address_of("preview", entry)).status_code == 200
    form = fields_of(page.content.decode())
    # Deleted records are left out. A required column keeps the public value.
    assert (form["citations-INITIAL_FORMS"], form["designee"]) == ("1", [str(entry.designee_id)])
    assert editor_client.post(address_of("change", entry), form | {"title": "改了"}).status_code == 302
    assert find_working_copy(entry).content["title"] == "改了"
    assert find_working_copy(entry).content["citations"] == [kept]


# All kinds share one admin. The other kinds run only with `make test-all`.
FIRST, *OTHERS = make.ENTRY_MAKERS


@pytest.mark.parametrize(
    "kept_copy",
    [FIRST, *(pytest.param(model, marks=pytest.mark.long) for model in OTHERS)],
    indirect=True,
    ids=lambda model: model.KIND,
)
@pytest.mark.parametrize(
    ("page", "ended"),
    [
        # Each ending is tested on one page. The other pages run only with `make test-all`.
        pytest.param(page, ended, marks=() if page == shown else pytest.mark.long)
        for page in ("working_copy", "preview", "publish_copy", "discard_copy")
        for ended, shown in (("publish_copy", "publish_copy"), ("discard_copy", "working_copy"))
    ],
)
def test_whose_working_copy_somebody_else_has_ended_is_told_who_and_how(editor_client, copied, ended, page):
    colleague = Client()
    colleague.force_login(make.make_editor(username="ann"))
    read = fields_of(editor_client.get(address_of("publish_copy", copied)).content.decode())
    colleague.post(address_of(ended, copied), read | {"reason": "不需要"})
    done = {"publish_copy": "发布修订", "discard_copy": "放弃修订稿"}[ended]
    for ask in (editor_client.get, editor_client.post):
        answer = ask(address_of(page, copied), read | {"reason": "不需要"}, follow=True)
        assert answer.redirect_chain == [(address_of("change", copied), 302)]
        words = str(answer.context["messages"]._loaded_data[0])
        assert "ann" in words
        assert done in words


def test_what_never_had_a_working_copy_has_no_page_of_one(editor_client):
    entry = make.make_milestone(published=True)
    assert editor_client.get(address_of("working_copy", entry)).status_code == 404


def test_a_working_copy_can_be_discarded(editor_client):
    entry = make.make_milestone(title="公开的", published=True)
    save(editor_client, entry, opened(editor_client, entry), title="修订的")
    page = fields_of(editor_client.get(address("discard_copy", entry.pk)).content.decode())
    unexplained = editor_client.post(address("discard_copy", entry.pk), page)
    assert "errorlist" in unexplained.content.decode()
    assert find_working_copy(entry) is not None
    editor_client.post(address("discard_copy", entry.pk), page | {"reason": "与原文不符"})
    assert find_working_copy(entry) is None
    assert "与原文不符" in editor_client.get(address("change", entry.pk)).content.decode()
    assert opened(editor_client, entry)["title"] == "公开的"


def test_a_public_entry_restored_to_a_time_without_a_source_is_mended_in_its_form(editor_client):
    entry = make.make_milestone(title="公开的")
    record_revision(entry, by=make.make_user())
    make.make_citation(entry)
    entry.publish(by=make.make_user())
    form_url = f"{address('change', entry.pk)}?take=1"
    page = editor_client.get(address("restore", entry.pk, 1)).content.decode()
    assert "至少要引用一个来源" in page
    assert f'href="{form_url}"' in page
    assert editor_client.post(address("restore", entry.pk, 1), {"_read": "2"})["Location"] == form_url
    assert find_working_copy(entry) is None
    form = editor_client.get(form_url).content.decode()
    assert "至少要引用一个来源" in form
    fields = fields_of(form)
    assert fields["citations-INITIAL_FORMS"] == "0"
    assert editor_client.post(form_url, fields).status_code == 200
    source = {"source": make.make_source().pk, "locator": "¶1", "number": "1", "weight": "0"}
    cited = {f"citations-0-{name}": value for name, value in source.items()}
    editor_client.post(form_url, fields | cited | {"citations-TOTAL_FORMS": "1"})
    assert [one["locator"] for one in find_working_copy(entry).content["citations"]] == ["¶1"]


def test_a_working_copy_opens_although_its_topic_moved(editor_client):
    topic = make.make_topic(slug="old")
    entry = make.make_milestone(title="公开的", topics=[topic], published=True)
    save(editor_client, entry, opened(editor_client, entry), title="修订的")
    topic.slug = "new"
    topic.save()
    assert opened(editor_client, entry)["topics"] == [str(topic.pk)]
    page = editor_client.get(address("publish_copy", entry.pk)).content.decode()
    editor_client.post(address("publish_copy", entry.pk), fields_of(page))
    entry.refresh_from_db()
    assert entry.title == "修订的"
    assert list(entry.topics.all()) == [topic]
