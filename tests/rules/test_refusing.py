"""Invalid keys, numbers and NUL characters in addresses and forms never cause a server error."""

import logging

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from tests import factories as make
from tests.forms import address, conflict, fields_of, opened
from timeline.editing.revisions import record_revision
from timeline.models import Milestone, Revision

pytestmark = pytest.mark.django_db

BIG, HUGE, NUL = "9" * 30, "9" * 5000, "a\0b"
NO_KEYS = {"text": "abc", "superscript": "²", "beyond 64 bit": BIG, "5000 digits": HUGE, "negative": "-1"}
# Text is refused by the same code as the values that resemble numbers, so it is left to the long tests.
no_keys = pytest.mark.parametrize(
    "key",
    [
        pytest.param(key, id=name, marks=pytest.mark.long if name == "text" else ())
        for name, key in NO_KEYS.items()
    ],
)


@pytest.fixture
def editor_client(client):
    client.force_login(make.make_editor())
    return client


def asks(key):
    """Return addresses of the admin with this value in place of a key or a number."""
    return [
        *(reverse(f"admin:timeline_{noun}_change", args=[key]) for noun in ("topic", "source", "milestone", "entry")),
        *(reverse(f"admin:timeline_milestone_{page}", args=[key]) for page in ("history", "delete")),
        f"/admin/timeline/milestone/{key}/working-copy/",
        f"/admin/timeline/milestone/{key}/revisions/{key}/{key}/",
        f"/admin/timeline/milestone/{key}/revisions/{key}/restore/",
        f"/admin/auth/user/{key}/change/",
        address("verb", "publish") + f"?ids={key}",
        *(address("add") + f"?{name}={key}" for name in ("phase", "topics")),
        *(address("changelist") + f"?{name}={key}" for name in ("phase__id__exact", "topics__id__exact", "p", "o", "year")),
        f"/admin/autocomplete/?app_label=timeline&model_name=citation&field_name=source&page={key}",
        f"/admin/r/{key}/{key}/",
    ]  # fmt: skip


@no_keys
def test_an_address_with_what_is_no_key_is_no_failure(editor_client, key):
    make.make_milestone()
    for asked in asks(key):
        assert editor_client.get(asked).status_code < 500, asked[:100]


@no_keys
def test_an_address_with_what_is_no_key_is_no_failure_for_a_visitor(client, key):
    for asked in [*asks(key), f"/?page={key}", f"/policies/{key}/", f"/topics/{key}/", f"/goals/?year={key}"]:
        assert client.get(asked).status_code < 500, asked[:100]


@no_keys
def test_a_form_with_what_is_no_key_is_no_failure_and_writes_nothing(editor_client, key):
    draft = make.make_milestone(title="草稿")
    form = opened(editor_client, draft)
    inline = form | {"citations-TOTAL_FORMS": "1", "citations-0-number": "1", "citations-0-weight": "0"}
    for where, data in [
        (address("change", draft.pk), form | {"title": "改", "phase": key}),
        (address("change", draft.pk), form | {"title": "改", "topics": [key]}),
        (address("change", draft.pk), inline | {"title": "改", "citations-0-source": key}),
        (
            address("change", draft.pk),
            inline | {"title": "改", "citations-INITIAL_FORMS": "1", "citations-0-id": key},
        ),
        (address("change", draft.pk), form | {"citations-TOTAL_FORMS": key}),
        (address("verb", "submit"), {"ids": key}),
        (address("changelist"), {"action": "submit", "_selected_action": key}),
        (address("changelist"), {"action": "delete_selected", "_selected_action": key}),
        ("/admin/auth/user/", {"action": "unlock", "_selected_action": key}),
    ]:
        assert editor_client.post(where, data).status_code < 500, (where, list(data))
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("草稿", "draft")


def test_the_answer_is_the_sites_own_page_and_the_log_says_where_it_was(editor_client, caplog):
    with caplog.at_level(logging.WARNING, "django.request"):
        answer = editor_client.get(address("add") + "?phase=abc")
    assert answer.status_code == 400
    assert answer.content.decode() == render_to_string("400.html", {"in_admin": True})
    (said,) = [record for record in caplog.records if record.name == "django.request"]
    assert said.levelname == "WARNING"
    assert "expected a number" in str(said.exc_info[1].__cause__)


# NUL


def test_nul_in_a_line_that_no_field_reads_is_refused_and_kept_nowhere(editor_client):
    entry = make.make_milestone(title="公开的", published=True)
    draft = make.make_milestone(title="草稿")
    record_revision(draft, by=make.make_user())
    form = fields_of(
        conflict(editor_client, draft, {"title": "对方的题"}, {"title": "我的题"}).content.decode()
    )
    editor_client.post(address("change", entry.pk), opened(editor_client, entry) | {"title": "修订的"})
    for where, data in [
        (address("restore", draft.pk, 1), {"why": NUL}),
        (address("publish_copy", entry.pk), {"why": NUL}),
        (address("conflict", draft.pk), form | {"take-title": "mine", "why": NUL}),
        (address("changelist"), {"action": NUL, "_selected_action": draft.pk}),
        (reverse("second-factor"), {"code": NUL}),
    ]:
        assert editor_client.post(where, data).status_code == 400, where
    assert not [revision for revision in Revision.objects.all() if "\0" in revision.comment]
    assert Milestone.objects.get(pk=entry.pk).title == "公开的"


def test_nul_in_a_field_is_named_above_the_text_which_stays(editor_client, client):
    form = fields_of(editor_client.get(address("add")).content.decode())
    for name in ("title", "body", "why"):
        answer = editor_client.post(address("add"), form | {"title": "题名", "summary": "长文", name: NUL})
        page = answer.content.decode()
        assert answer.status_code == 200
        assert "errorlist" in page
        assert "长文" in page
    assert not Milestone.objects.exists()
    draft = make.make_milestone()
    answer = editor_client.post(address("verb", "submit"), {"ids": [draft.pk, NUL], "note": f"长说明{NUL}"})
    assert "errorlist" in answer.content.decode()
    assert "长说明" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"
    answer = client.post("/admin/login/", {"username": NUL, "password": "x", "next": NUL})
    assert answer.status_code == 200
