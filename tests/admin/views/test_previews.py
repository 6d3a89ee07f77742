"""Previews of entries that are not public, at addresses of the admin."""

import datetime
import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.forms import address_of, fields_of
from tests.statuses import HIDDEN, bring_to
from tests.world import add_entries
from timeline.editing.revisions import record_revision, table_of_record
from timeline.editing.working_copies import save_working_copy
from timeline.models import REFERENCES, Milestone, Revision
from timeline.workflow import Status

pytestmark = pytest.mark.django_db


def test_the_preview_of_a_draft_says_what_its_page_will_say(editor_client, world):
    drafts = add_entries(world, "新的", status="draft")
    previews = {
        entry: editor_client.get(address_of("draft_preview", entry)).content.decode() for entry in drafts
    }
    bring_to(drafts, Status.PUBLISHED, by=world.user)
    for entry, preview in previews.items():
        page = Client().get(entry.get_absolute_url()).content.decode()
        for words in (
            "新的title",
            "新的summary",
            "新的body",
            "新的editor_note",
            "新的quotation",
            "新的remark",
            world.topic.title,
        ):
            assert words in preview, (entry.kind, words)
            assert words in page, (entry.kind, words)


def test_a_preview_stands_between_its_public_neighbours(editor_client):
    make.empty()
    for title, date, published in (("前", "2011", True), ("近", "2012-05", False), ("后", "2013", True)):
        make.make_milestone(title=f"邻居{title}", date=date, published=published)
    page = editor_client.get(
        address_of("draft_preview", make.make_milestone(date="2012-06"))
    ).content.decode()
    assert [title in page for title in ("邻居前", "邻居近", "邻居后")] == [True, False, True]


@pytest.mark.parametrize("status", HIDDEN)
def test_a_preview_says_that_only_editors_see_it_and_is_kept_nowhere(editor_client, world, status):
    for entry in add_entries(world, "预览", status=status):
        answer = editor_client.get(address_of("draft_preview", entry))
        page = answer.content.decode()
        assert "此页仅编辑可见，状态：" in page
        assert f'href="{address_of("change", entry)}"' in page
        assert 'name="robots" content="noindex"' in page
        assert "no-store" in answer["Cache-Control"]


def test_a_preview_of_what_is_scheduled_says_for_when(editor_client):
    entry = make.make_milestone()
    make.make_citation(entry)
    entry.publish(by=make.make_user(), public_from=datetime.datetime(2099, 1, 5, 1, 0, tzinfo=datetime.UTC))
    page = editor_client.get(address_of("draft_preview", entry)).content.decode()
    (notice,) = re.findall(r'<p class="notice".*?</p>', page, re.S)
    assert "定时发布" in notice
    assert "2099年1月5日 09:00" in notice
    assert "已发布" not in notice


def test_a_preview_links_to_no_other_language(editor_client):
    draft = make.make_milestone()
    page = editor_client.get(address_of("draft_preview", draft)).content.decode()
    assert "hreflang" not in page
    assert 'class="languages"' not in page
    public = make.make_milestone(published=True)
    assert "hreflang" in editor_client.get(public.get_absolute_url()).content.decode()


def test_what_is_public_is_looked_at_where_readers_do(editor_client):
    entry = make.make_milestone(published=True)
    assert editor_client.get(address_of("draft_preview", entry))["Location"] == entry.get_absolute_url()


def test_the_form_leads_to_the_public_page_or_to_the_preview_where_there_is_none(editor_client):
    draft, public = make.make_milestone(), make.make_milestone(published=True)
    links = {}
    for entry in (draft, public):
        page = editor_client.get(address_of("change", entry)).content.decode()
        (links[entry],) = re.findall(r'<a href="([^"]*)" class="viewsitelink"', page)
    assert html.unescape(links[draft]) == address_of("draft_preview", draft)
    assert editor_client.get(links[public])["Location"].endswith(public.get_absolute_url())


def test_the_preview_of_a_draft_names_nothing_that_is_not_public(editor_client):
    policy = make.make_policy(title="还是草稿")
    goal, milestone = make.make_goal(declared_by=policy), make.make_milestone(policies=[policy])
    for entry in (goal, milestone):
        page = editor_client.get(address_of("draft_preview", entry)).content.decode()
        # The checklist after it says what refuses its publication.
        assert "还是草稿" not in page.partition('id="preview-checklist"')[0], entry.kind
    assert "提出它的条目未公开" in editor_client.get(address_of("draft_preview", goal)).content.decode()


def test_a_preview_is_for_those_who_may_see_the_entry(client):
    entry = make.make_milestone()
    where = address_of("draft_preview", entry)
    assert client.get(where)["Location"].startswith(reverse("admin:login"))
    client.force_login(make.make_user(is_staff=True))
    assert client.get(where).status_code == 403


# The buttons


def test_the_row_of_buttons_says_how_many_drafts_become_public_and_leads_to_them(editor_client):
    entry = make.make_milestone()
    draft = make.make_source(title="新来源", published=False)
    make.make_citation(entry, source=draft)
    page = editor_client.get(address_of("draft_preview", entry)).content.decode()
    (row,) = re.findall(r'<p class="preview-buttons__row">.*?</p>', page, re.S)
    before, _after = row.split('value="publish"')
    (target,) = re.findall(r'<a class="preview-buttons__along" href="#([^"]*)">', before)
    (listed,) = re.findall(rf'<p id="{target}".*?</p>', page, re.S)
    assert address_of_source(draft) in listed
    alone = make.make_milestone()
    make.make_citation(alone)
    assert (
        "preview-buttons__along" not in editor_client.get(address_of("draft_preview", alone)).content.decode()
    )


def address_of_source(source):
    return reverse("admin:timeline_source_change", args=[source.pk])


@pytest.fixture
def reviewed():
    make.empty()
    entry = make.make_milestone(title="等待审核")
    make.make_citation(entry)
    record_revision(entry, by=make.make_user())
    entry.submit(by=make.make_user())
    return entry


def pressed(client, entry, transition, **given):
    where = address_of("draft_preview", entry)
    form = fields_of(client.get(where).content.decode())
    return client.post(where, form | {"_transition": transition} | given)


def test_what_is_in_review_is_published_beside_its_preview(editor_client, reviewed):
    answer = pressed(editor_client, reviewed, "publish", why="可以")
    assert answer["Location"] == reverse("admin:index")
    page = editor_client.get(answer["Location"]).content.decode()
    assert f'<a href="{reviewed.get_absolute_url()}">' in page
    assert Milestone.objects.published().get() == reviewed
    assert Revision.objects.for_record(reviewed).by_number().last().comment == "可以"


def test_it_is_published_at_the_time_that_is_given(editor_client, reviewed):
    pressed(editor_client, reviewed, "publish", public_from="2099-01-04T09:00")
    assert Milestone.objects.get().published_at.year == 2099
    assert not Milestone.objects.published().exists()


def test_sending_back_without_a_reason_is_refused_and_keeps_the_page(editor_client, reviewed):
    answer = pressed(editor_client, reviewed, "send_back", public_from="2099-01-04T09:00")
    page = answer.content.decode()
    assert "请写明原因" in page
    assert fields_of(page)["public_from"] == "2099-01-04T09:00"
    assert "data-unsaved" in page
    assert re.search(r"<title>\s*有错误：", page)
    assert Milestone.objects.get().status == Status.REVIEW


def boxes_of(page):
    """The names of the warnings with a box, those whose box is ticked, and what the box of all confirms."""
    tags = re.findall(r'<input type="checkbox" name="confirm" value="([^"]*)"([^>]*)>', page)
    of_all = re.search(r'data-confirm-all value="([^"]*)"', page)
    ticked = [name for name, rest in tags if "checked" in rest]
    return [name for name, _rest in tags], ticked, of_all[1] if of_all else ""


@pytest.mark.checklist
def test_what_is_to_be_confirmed_stands_beside_the_preview_and_is_confirmed_there(editor_client, reviewed):
    where = address_of("draft_preview", reviewed)
    names, ticked, of_all = boxes_of(editor_client.get(where).content.decode())
    assert (of_all.split(","), ticked) == (names, [])
    assert len(names) > 2
    page = pressed(editor_client, reviewed, "publish", why="可以", confirm=names[:1]).content.decode()
    assert boxes_of(page) == (names, names[:1], of_all)
    assert fields_of(page)["why"] == "可以"
    assert not Milestone.objects.published().exists()
    answer = pressed(editor_client, reviewed, "publish", confirm=[of_all])
    assert answer["Location"] == reverse("admin:index")
    assert Milestone.objects.published().get() == reviewed
    assert {*Revision.objects.for_record(reviewed).by_number().last().confirmed_warnings} == {
        name.partition("~")[0] for name in names
    }


@pytest.mark.checklist
def test_what_arose_since_the_preview_was_shown_is_asked_again(editor_client, reviewed, settings):
    skipped = [*settings.SKIPPED_CHECKS]
    settings.SKIPPED_CHECKS = [*skipped, "phase"]
    where = address_of("draft_preview", reviewed)
    page = editor_client.get(where).content.decode()
    names, _ticked, of_all = boxes_of(page)
    settings.SKIPPED_CHECKS = skipped
    sent = fields_of(page) | {"_transition": "publish", "confirm": [of_all]}
    again = editor_client.post(where, sent).content.decode()
    listed, ticked, _of_all = boxes_of(again)
    assert {*listed} - {*ticked} == {"phase"}
    assert {*ticked} == {*names}
    assert not Milestone.objects.published().exists()


@pytest.mark.checklist
def test_sending_back_beside_a_preview_confirms_nothing(editor_client, reviewed):
    answer = pressed(editor_client, reviewed, "send_back", why="请补日期")
    assert answer["Location"] == reverse("admin:index")
    assert Milestone.objects.get().status == Status.DRAFT


@pytest.mark.checklist
def test_whoever_may_not_publish_has_no_checklist_beside_the_preview(with_rights, reviewed):
    page = with_rights("view_milestone", "send_back_entry").get(address_of("draft_preview", reviewed))
    assert b'value="send_back"' in page.content
    assert b"checklist" not in page.content


def test_what_cannot_be_published_says_why_beside_its_preview(editor_client):
    make.empty()
    draft = make.make_milestone()
    page = pressed(editor_client, draft, "publish", why="可以").content.decode()
    assert "没有引用来源" in page
    assert fields_of(page)["why"] == "可以"
    assert not Milestone.objects.published().exists()


def test_what_was_changed_after_it_was_previewed_is_read_again(editor_client, reviewed):
    where = address_of("draft_preview", reviewed)
    form = fields_of(editor_client.get(where).content.decode())
    reviewed.refresh_from_db()
    reviewed.summary = "后来改的摘要"
    reviewed.save()
    record_revision(reviewed, by=make.make_user())
    page = editor_client.post(where, form | {"_transition": "publish"}).content.decode()
    assert "后来改的摘要" in page
    assert not Milestone.objects.published().exists()
    assert editor_client.post(where, fields_of(page) | {"_transition": "publish"}).status_code == 302
    assert Milestone.objects.published().exists()


def test_an_input_that_is_wrong_hides_no_change_after_the_preview(editor_client, reviewed):
    where = address_of("draft_preview", reviewed)
    form = fields_of(editor_client.get(where).content.decode())
    reviewed.summary = "后来改的摘要"
    reviewed.save()
    record_revision(reviewed, by=make.make_user())
    typed = {"_transition": "publish", "public_from": "2001-01-01T00:00"}
    assert "内容已被改动" in editor_client.post(where, form | typed).content.decode()


def test_a_preview_has_the_buttons_that_its_reader_may_press(with_rights, reviewed):
    client = with_rights("view_milestone")
    page = client.get(address_of("draft_preview", reviewed)).content.decode()
    assert "preview-buttons" not in page
    answer = client.post(address_of("draft_preview", reviewed), {"_transition": "publish"})
    assert answer.status_code == 403
    assert Milestone.objects.get().status == Status.REVIEW
    page = with_rights("view_milestone", "publish_entry").get(address_of("draft_preview", reviewed))
    assert re.findall(r'name="_transition" value="(.*?)"', page.content.decode()) == ["publish"]


@pytest.mark.parametrize("model", REFERENCES, ids=lambda model: model._meta.model_name)
def test_a_draft_of_a_reference_record_is_previewed_as_its_page_will_be(editor_client, model):
    record = make.make_reference(model, title="新的名称", published=False)
    answer = editor_client.get(address_of("draft_preview", record))
    page = answer.content.decode()
    assert "此页仅编辑可见，状态：" in page
    assert "新的名称" in page.partition("<h1>")[2]
    assert 'name="robots" content="noindex"' in page
    assert "no-store" in answer["Cache-Control"]
    assert 'value="publish"' in page
    answer = editor_client.post(
        address_of("draft_preview", record), fields_of(page) | {"_transition": "publish"}
    )
    assert answer["Location"] == reverse("admin:index")
    record.refresh_from_db()
    assert record.is_public
    assert editor_client.get(address_of("draft_preview", record))["Location"] == record.get_absolute_url()


def test_a_working_copy_of_a_topic_is_previewed_and_its_page_stays(editor_client, client):
    topic, source = make.make_topic(title="公开的名称"), make.make_source(title="新引的来源")
    row = table_of_record(topic).whole_row_of(topic)
    cited = dict.fromkeys(("quotation", "quotation_en", "remark", "remark_en"), "") | {
        "source": source.slug, "locator": "¶2", "number": 1, "weight": 0, "date": None,
    }  # fmt: skip
    save_working_copy(topic, row | {"title": "修订的名称", "citations": [cited]}, by=make.make_user())
    page = editor_client.get(address_of("preview", topic)).content.decode()
    assert "修订的名称" in page.partition("<h1>")[2]
    assert "新引的来源" in page
    public = Client().get(topic.get_absolute_url()).content.decode()
    assert "公开的名称" in public
    assert "新引的来源" not in public


def test_the_texts_of_the_chronicle_are_previewed_on_both_of_their_pages(editor_client):
    make.empty()
    chronicle = make.make_chronicle(title="今名", tagline="今语", about="今文")
    row = table_of_record(chronicle).whole_row_of(chronicle)
    save_working_copy(chronicle, row | {"tagline": "修订的语", "about": "修订的文"}, by=make.make_user())
    where = address_of("preview", chronicle)
    front, about = (editor_client.get(where, {"part": part}).content.decode() for part in ("", "about"))
    assert "修订的语" in front
    assert "修订的文" in about
    assert all('href="?part=about"' in page for page in (front, about))
    assert "今语" in Client().get("/").content.decode()


def test_a_preview_says_so_in_its_title_and_leads_to_its_buttons(editor_client, reviewed):
    page = editor_client.get(address_of("draft_preview", reviewed)).content.decode()
    assert re.search(r"<title>\s*(预览：|Preview:)", page)
    assert page.index('href="#preview-buttons"') < page.index('href="#content"')
    assert 'id="preview-buttons"' in page
