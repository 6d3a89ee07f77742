"""Hidden fields of forms: a row without a valid signature is refused."""

import pytest
from django.core import signing

from tests import factories as make
from tests.forms import address, conflict, fields_of, opened, save
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
