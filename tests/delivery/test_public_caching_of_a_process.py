"""Outside a transaction, as each request is: a known page is answered without a query, a change is seen in a second."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_topic
from timeline.models import content_version


@pytest.mark.django_db(transaction=True)
def test_a_known_page_is_answered_without_a_query(client):
    content_version.forget()
    page = client.get("/")
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/", headers={"if-none-match": page["ETag"]}).status_code == 304
    assert len(captured) == 0
    make_topic()
    content_version.forget()
    assert client.get("/", headers={"if-none-match": page["ETag"]}).status_code == 200
