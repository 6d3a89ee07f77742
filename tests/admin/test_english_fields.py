"""The columns in English of forms: not shown by a chronicle without English, but where there is something in them."""

import re

import pytest

from tests.factories import (
    make_chronicle,
    make_citation,
    make_editor,
    make_policy,
    make_source,
    make_topic,
    make_user,
)
from tests.forms import fields_of
from timeline.admin.base import record_admin_url
from timeline.editing.working_copies import save_working_copy
from timeline.models import Chronicle, Revision, Topic
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(client):
    make_chronicle(english_pages=False, slug="chronicle")
    client.force_login(make_editor())
    return client


def english(client, record):
    """The names of the fields in English in the form of a record, but for those of a part that is added by a script."""
    context = client.get(record_admin_url(record)).context
    form, formsets = context["adminform"].form, context["inline_admin_formsets"]
    fields = [
        *form.fields,
        *(f"{one.formset.prefix}.{name}" for one in formsets for name in one.formset.empty_form.fields),
    ]
    return {name for name in fields if name.endswith("_en")}


def test_with_english_all_are_shown(client):
    make_chronicle()
    client.force_login(make_editor())
    assert english(client, make_topic()) >= {"title_en", "description_en", "change_note_en"}
    assert english(client, make_policy()) >= {
        "title_en",
        "body_en",
        "citations.quotation_en",
        "relations.change_en",
    }


def test_without_english_none_is(editor):
    assert english(editor, make_topic()) == set()
    assert english(editor, make_policy()) == set()
    assert english(editor, Chronicle.objects.get()) == set()


def test_what_has_a_text_in_english_is_shown(editor):
    assert english(editor, make_topic(title_en="Cloud")) == {"title_en"}
    policy = make_policy()
    make_citation(policy, source=make_source(), remark="附注", remark_en="note")
    assert english(editor, policy) == {"citations.remark_en"}


def test_a_form_with_a_text_in_english_saves_what_is_typed_there(editor):
    topic = make_topic(title_en="Cloud", published=False)
    url = record_admin_url(topic)
    form = fields_of(editor.get(url).content.decode())
    assert "description_en" not in form
    assert editor.post(url, {**form, "title": "政务云", "title_en": "Clouds"}).status_code == 302
    topic.refresh_from_db()
    assert (topic.title, topic.title_en) == ("政务云", "Clouds")


def test_a_text_that_was_typed_in_english_is_read_though_the_stored_one_is_gone(editor):
    topic = make_topic(title_en="Cloud", published=False)
    url = record_admin_url(topic)
    form = fields_of(editor.get(url).content.decode())
    topic.title_en = ""
    topic.save()
    page = editor.post(url, {**form, "title_en": "Weather"})
    assert (page.status_code, "Weather" in page.content.decode()) == (409, True)


def test_a_line_with_one_field_in_english_keeps_the_other(editor):
    policy = make_policy()
    make_citation(policy, source=make_source())
    context = editor.get(record_admin_url(policy)).context
    lines = [
        line.fields
        for one in context["inline_admin_formsets"]
        for form in one
        for part in form
        for line in part
    ]
    assert all(fields for fields in lines)


@pytest.mark.parametrize(("note", "is_shown"), [("", False), ("Title corrected", True)])
def test_a_note_for_readers_in_english_is_shown_only_where_one_is_proposed(editor, note, is_shown):
    topic = make_topic()
    save_working_copy(topic, table_of(Topic).whole_row_of(topic) | {"title": "政务云"}, by=make_user())
    Revision.objects.for_record(topic).working_copies().update(change_note_en=note)
    admin = f"/admin/timeline/topic/{topic.pk}"
    pages = [f"{admin}/change/", f"{admin}/working-copy/publish/"]
    assert [("change_note_en" in fields_of(editor.get(page).content.decode())) for page in pages] == [
        is_shown
    ] * 2
    assert all("change_note" in fields_of(editor.get(page).content.decode()) for page in pages)


def test_the_preview_of_a_withdrawn_record_asks_for_no_note_in_english(editor):
    topic = make_topic()
    topic.withdraw(by=make_user(), comment="重复")
    form = fields_of(editor.get(f"/admin/timeline/topic/{topic.pk}/preview/").content.decode())
    assert ("change_note" in form, "change_note_en" in form) == (True, False)


def test_a_note_for_readers_is_saved_without_one_in_english(editor):
    topic = make_topic()
    url = record_admin_url(topic)
    form = fields_of(editor.get(url).content.decode())
    assert editor.post(url, {**form, "title": "政务云", "change_note": "改名"}).status_code == 302
    (copy,) = Revision.objects.for_record(topic).working_copies()
    assert (copy.change_note, copy.change_note_en) == ("改名", "")


@pytest.mark.parametrize(("text", "offered"), [("", {"title"}), ("Cloud", {"title", "title_en"})])
def test_comments_are_offered_on_texts_in_english_only_where_there_are_some(editor, text, offered):
    page = editor.get(f"/admin/timeline/topic/{make_topic(title_en=text).pk}/comments/").content.decode()
    names = {*re.findall(r'<option value="([a-z_]+)"', page)}
    assert {name for name in names if name == "title" or name.endswith("_en")} == offered


def test_comments_are_offered_on_a_text_in_english_that_only_a_copy_has(editor):
    topic = make_topic()
    text = table_of(Topic).whole_row_of(topic) | {"description_en": "Servers of the city."}
    save_working_copy(topic, text, by=make_user())
    page = editor.get(f"/admin/timeline/topic/{topic.pk}/comments/").content.decode()
    assert {*re.findall(r'<option value="([a-z_]+_en)"', page)} == {"description_en"}


def test_a_comment_on_an_empty_text_in_english_keeps_its_page(editor):
    page = editor.get(f"/admin/timeline/topic/{make_topic().pk}/comments/?field=title_en").content.decode()
    assert '<option value="title_en" selected>' in page


def test_the_list_of_columns_of_files_names_none_in_english(editor):
    page = editor.get("/admin/timeline/importbatch/upload/columns/").content.decode()
    assert ("（title）" in page or "(title)" in page, "title_en" in page) == (True, False)
