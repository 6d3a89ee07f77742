"""The upload form: it keeps its values when it is redisplayed."""

import pytest

from tests.uploads import address

pytestmark = pytest.mark.django_db


def test_nothing_is_lost_when_the_file_was_left_out(editor_client):
    page = editor_client.post(address("upload"), {"empty": "clear", "note": "原因", "encoding": "big5"})
    assert page.status_code == 200
    assert 'value="原因"' in page.content.decode()
