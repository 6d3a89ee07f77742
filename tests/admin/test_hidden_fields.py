"""Hidden fields of forms: the revision that was read; a row without a valid signature is refused."""

import pytest
from django.core import signing
from django.test import RequestFactory

from tests import factories as make
from tests.forms import address, conflict, fields_of, opened, save
from timeline.admin.hidden_fields import seen_number
from timeline.models import Milestone

pytestmark = pytest.mark.django_db


def test_what_was_typed_cannot_be_forged(editor_client):
    entry = make.make_milestone(title="原题")
    form = fields_of(
        conflict(editor_client, entry, {"title": "对方的题"}, {"title": "我的题"}).content.decode()
    )
    forged = signing.dumps({"title": "伪造"}, salt="elsewhere")
    answer = editor_client.post(address("conflict", entry.pk), form | {"_mine": forged, "take-title": "mine"})
    assert answer.status_code == 400
    assert save(editor_client, entry, opened(editor_client, entry), _base=forged).status_code == 400
    assert Milestone.objects.get().title == "对方的题"


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("", 0), ("x", 0), ("-1", 0), ("²", 0), ("1" * 9, 111_111_111), ("1" * 10, 0)],
)
def test_a_form_says_which_revision_was_read_or_none(text, number):
    assert seen_number(RequestFactory().post("/", {"_read": text})) == number
