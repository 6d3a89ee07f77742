"""The server's part of form drafts in the browser: form tokens, cookies after saves, and no stored text."""

import re
import uuid
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories as make
from tests.copies import make_revised
from tests.forms import fields_of
from tests.imports import import_rows
from timeline.admin.choosers import choice_label
from timeline.models import REFERENCES, ImportBatch, Milestone, Phase, Source, Topic

pytestmark = pytest.mark.django_db

LOGIN = "/admin/login/"
# Reference records that only require a title.
REFERENCES_BY_TITLE = [model for model in REFERENCES if model is not Phase]


def address(tag, *args, noun="milestone"):
    return reverse(f"admin:timeline_{noun}_{tag}", args=args)


def page_of(editor_client, where):
    return editor_client.get(where).content.decode()


def saved_forms(response):
    return [name.removeprefix("saved-form-") for name in response.cookies if name.startswith("saved-form-")]


def test_a_saved_form_is_named_in_a_cookie_to_the_script_that_kept_it(editor_client):
    form = fields_of(page_of(editor_client, address("add"))) | {"title": "新大事", "_draft": "1"}
    assert saved_forms(editor_client.post(address("add"), form | {"title": ""})) == []
    assert saved_forms(editor_client.post(address("add"), form)) == [form["_token"]]


def test_without_the_script_no_cookie_is_set(editor_client):
    form = fields_of(page_of(editor_client, address("add"))) | {"title": "新大事"}
    assert saved_forms(editor_client.post(address("add"), form)) == []
    assert Milestone.objects.exists()


@pytest.mark.parametrize("noun", ["topic", "source", "milestone"])
def test_a_changed_record_says_so_as_well(editor_client, noun):
    record = {"topic": make.make_topic, "source": make.make_source, "milestone": make.make_milestone}[noun]()
    form = fields_of(page_of(editor_client, address("change", record.pk, noun=noun)))
    form |= {"title": "改过的", "_draft": "1"}
    assert saved_forms(editor_client.post(address("change", record.pk, noun=noun), form)) == [form["_token"]]


def test_a_refused_form_keeps_its_name_and_each_new_one_has_another(editor_client):
    form = fields_of(page_of(editor_client, address("add")))
    uuid.UUID(form["_token"])
    refused = editor_client.post(address("add"), form | {"title": ""})
    assert fields_of(refused.content.decode())["_token"] == form["_token"]
    assert fields_of(page_of(editor_client, address("add")))["_token"] != form["_token"]


@pytest.mark.parametrize("where", ["add", "change", "user"])
def test_forms_are_sent_as_multipart_where_a_chinese_character_takes_three_bytes(editor_client, where):
    there = {
        "add": address("add"),
        "change": address("change", make.make_milestone().pk),
        "user": reverse("admin:auth_user_add"),
    }[where]
    assert '<form enctype="multipart/form-data"' in page_of(editor_client, there)


def test_a_form_sent_after_the_log_in_lapsed_leads_back_to_itself_and_the_server_keeps_none_of_it(client):
    make.make_editor(username="zhou", password="right")
    there = address("add")
    answer = client.post(there, {"title": "没有丢的题名"})
    assert answer["Location"] == f"{LOGIN}?{urlencode({'next': there}, safe='/')}"
    assert "没有丢的题名" not in str(client.session.items())
    signed_in = client.post(LOGIN, {"username": "zhou", "password": "right", "next": there})
    assert signed_in["Location"] == there
    assert "没有丢的题名" not in page_of(client, there)
    assert not Milestone.objects.exists()


@pytest.mark.parametrize(
    ("tag", "args", "leads_to"),
    [("conflict", ["key"], "change"), ("recover", ["key"], "deleted")],
)
def test_after_a_log_in_in_between_a_page_that_takes_a_decision_leads_to_where_it_is_made(
    editor_client, tag, args, leads_to
):
    key = make.make_milestone().pk
    there = editor_client.get(address(tag, *(key for _name in args)))
    assert there["Location"] == (address("change", key) if leads_to == "change" else address(leads_to))


FOREIGN = ["https://elsewhere.example", "null", "http://testserver.elsewhere.example", "http://testserver:81"]


@pytest.mark.parametrize(
    ("origin", "signed_in"),
    [
        # Alternates between logged in and anonymous. The other combinations run only with `make test-all`.
        pytest.param(origin, signed_in, marks=() if signed_in is (number % 2 == 0) else pytest.mark.long)
        for number, origin in enumerate(FOREIGN)
        for signed_in in (True, False)
    ],
)
def test_a_foreign_origin_is_refused_always(origin, signed_in):
    editor_client = Client(enforce_csrf_checks=True)
    make.make_editor(username="zhou", password="right")
    if signed_in:
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page_of(editor_client, LOGIN))[1]
        editor_client.post(LOGIN, {"username": "zhou", "password": "right", "csrfmiddlewaretoken": token})
    page = page_of(editor_client, address("add") if signed_in else LOGIN)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page)[1]
    form = {"title": "别处来的", "csrfmiddlewaretoken": token}
    if signed_in:
        form = fields_of(page) | form
    for there in (address("add"), reverse("admin:timeline_importbatch_upload"), LOGIN):
        answer = editor_client.post(there, form, headers={"origin": origin})
        asked_to_log_in = answer.status_code == 302 and answer["Location"].startswith(LOGIN)
        assert answer.status_code == 403 or (asked_to_log_in and not signed_in), there
        assert "别处来的" not in answer.content.decode()
    assert not Milestone.objects.exists()
    if signed_in:
        assert (
            editor_client.post(address("add"), form, headers={"origin": "http://testserver"}).status_code
            == 302
        )
        assert Milestone.objects.exists()


# Redirects after what is not saved by the form of a record


def sent(client, page, where=None, **typed):
    """The cookies after the form of a page is sent as the script does, and the token of that form."""
    form = fields_of(page_of(client, page)) | {"_draft": "1"} | typed
    answer = client.post(where or page, form)
    assert answer.status_code == 302
    return saved_forms(answer), [form["_token"]]


def test_an_import_that_was_undone_marks_its_form_as_saved(editor_client):
    import_rows(milestones=[{"slug": "one", "title": "新增的大事"}])
    page = address("undo", ImportBatch.objects.get().pk, noun="importbatch")
    saved, token = sent(editor_client, page)
    assert saved == token
    assert not Milestone.objects.exists()


def test_a_transition_from_the_preview_marks_its_form_as_saved(editor_client):
    draft = make.make_milestone()
    saved, token = sent(editor_client, address("draft_preview", draft.pk), _transition="submit", why="请看")
    assert saved == token
    assert Milestone.objects.get().status == "review"


@pytest.mark.checklist
def test_the_preview_marks_its_form_as_saved_once_its_checklist_is_confirmed(editor_client):
    draft = make.make_milestone()
    make.make_citation(draft)
    page = address("draft_preview", draft.pk)
    typed = {"_draft": "1", "_transition": "publish", "why": "可以"}
    answer = editor_client.post(page, fields_of(page_of(editor_client, page)) | typed)
    assert (answer.status_code, saved_forms(answer)) == (200, [])
    (of_all,) = re.findall(r'data-confirm-all value="([^"]*)"', answer.content.decode())
    saved, token = sent(editor_client, page, _transition="publish", why="可以", confirm=[of_all])
    assert saved == token
    assert Milestone.objects.get().status == "published"


def test_a_publication_marks_its_form_as_saved(editor_client):
    draft = make.make_milestone()
    make.make_citation(draft)
    saved, token = sent(editor_client, address("publication", draft.pk), note="可以")
    assert saved == token
    assert Milestone.objects.get().status == "published"


@pytest.mark.checklist
def test_the_page_of_a_transition_that_leads_to_the_checklist_marks_its_form_as_saved(editor_client):
    draft = make.make_milestone()
    make.make_citation(draft)
    page = address("verb", "submit") + f"?ids={draft.pk}"
    saved, token = sent(editor_client, page, address("verb", "publish"), note="可以")
    assert saved == token
    assert Milestone.objects.get().status == "draft"


# Popups opened by a form


@pytest.mark.parametrize(
    ("model", "slug"),
    [
        # Alternates between with and without a slug. The other combinations run only with `make test-all`.
        pytest.param(
            model,
            slug,
            marks=() if bool(slug) is bool(number % 2) else pytest.mark.long,
            id=f"{model._meta.model_name}-{slug}",
        )
        for number, model in enumerate([*REFERENCES_BY_TITLE, Milestone])
        for slug in ("", "given-by-hand")
    ],
)
def test_a_record_that_is_added_in_a_window_of_its_own_is_made_once_and_handed_to_the_field(
    editor_client, model, slug
):
    there = f"{address('add', noun=model._meta.model_name)}?_to_field=id&_popup=1"
    form = fields_of(page_of(editor_client, there)) | {"title": "新的", "slug": slug}
    first, second = editor_client.post(there, form), editor_client.post(there, form)
    made = model.objects.get(title="新的")
    for answer in (first, second):
        assert answer.status_code == 200
        handed = fields_handed_over(answer)
        assert (handed["value"], handed["obj"]) == (str(made.pk), choice_label(made))


def fields_handed_over(answer):
    import html
    import json

    return json.loads(html.unescape(re.search(r'data-popup-response="([^"]+)"', answer.content.decode())[1]))


def test_a_record_that_was_changed_meanwhile_is_chosen_from_within_the_window_and_the_window_closes(
    editor_client,
):
    source = make.make_source(title="旧名", published=False)
    there = f"{address('change', source.pk, noun='source')}?_to_field=id&_popup=1"
    form = fields_of(page_of(editor_client, there)) | {"title": "我的名"}
    Source.objects.filter(pk=source.pk).update(title="对方的名")
    conflict = editor_client.post(there, form)
    assert conflict.status_code == 409
    page = conflict.content.decode()
    assert 'id="user-tools"' not in page
    chosen = fields_of(page) | {"take-title": "mine", "take-linked": "theirs"}
    handed = fields_handed_over(editor_client.post(address("conflict", source.pk, noun="source"), chosen))
    assert (handed["action"], handed["obj"]) == ("change", choice_label(Source.objects.get()))
    assert Source.objects.get().title == "我的名"


def test_a_record_that_was_deleted_meanwhile_comes_back_from_within_the_window(editor_client):
    topic = make.make_topic(title="专题", published=False)
    there = f"{address('change', topic.pk, noun='topic')}?_to_field=id&_popup=1"
    form = fields_of(page_of(editor_client, there)) | {"title": "改过的专题"}
    topic.delete()
    assert fields_handed_over(editor_client.post(there, form))["obj"].startswith("改过的专题")
    assert Topic.objects.get().title == "改过的专题"


def test_what_is_kept_of_a_page_says_on_the_front_page_of_which_record(editor_client):
    draft = make.make_milestone(title="光网启用")
    public = make_revised(make.make_user())
    pages = [
        *(address(tag, draft.pk) for tag in ("change", "comments", "publication")),
        f"/admin/timeline/milestone/{draft.pk}/preview/",
        address("verb", "submit") + f"?ids={draft.pk}",
    ]
    for page in pages:
        title = re.search(r'data-title="([^"]*)"', page_of(editor_client, page))[1]
        assert "光网启用" in title, page
    title = re.search(r'data-title="([^"]*)"', page_of(editor_client, address("publish_copy", public.pk)))[1]
    assert "原题" in title


def test_back_to_what_is_saved_is_offered_only_where_something_is(editor_client):
    words = "回到已保存的内容"
    draft = make.make_milestone()
    assert words in page_of(editor_client, address("change", draft.pk))
    for page in (address("add"), address("comments", draft.pk)):
        restored = (
            page_of(editor_client, page).partition("<template data-restored>")[2].partition("</template>")[0]
        )
        assert "放弃" in restored, page
        assert words not in restored, page


def test_who_may_not_enter_any_more_is_not_told_that_the_log_in_ended(client):
    client.force_login(make.make_user(is_staff=False))
    page = client.get(LOGIN, {"next": "/admin/"}).content.decode()
    assert "您已没有进入后台的权限" in page
    assert "登录已失效" not in page
    client.logout()
    assert "您已没有进入后台的权限" not in client.get(LOGIN, {"next": "/admin/"}).content.decode()
