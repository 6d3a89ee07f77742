"""The upload form: it keeps its values when it is redisplayed."""

import pytest

from tests.uploads import address

pytestmark = pytest.mark.django_db


def test_nothing_is_lost_when_the_file_was_left_out(editor_client):
    page = editor_client.post(address("upload"), {"empty": "clear", "note": "原因", "encoding": "big5"})
    assert page.status_code == 200
    assert 'value="原因"' in page.content.decode()


def test_the_template_and_the_columns_are_beside_the_upload(editor_client):
    text = editor_client.get(address("upload")).content.decode()
    for tag in ("template", "columns"):
        assert f'href="{address(tag)}"' in text
        assert editor_client.get(address(tag)).status_code == 200


def test_encoding_and_empty_cells_are_folded(editor_client):
    text = editor_client.get(address("upload")).content.decode()
    assert text.index('name="file"') < text.index("<details") < text.index('name="encoding"')
