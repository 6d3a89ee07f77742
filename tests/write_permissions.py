"""`make permissions`: the document of permissions, written anew of a walk over all of the desk. No test of the suite."""

import pytest

from tests.admin_walk import AdminWalk
from tests.permissions_document import DOCUMENT, document


@pytest.mark.django_db
def test_the_document_is_written():
    DOCUMENT.write_text(document(AdminWalk()), encoding="utf-8")
