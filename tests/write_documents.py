"""Writes the generated parts of docs/ for `make documents`. Not part of the test suite."""

import pytest

from tests import documents, permissions_document
from tests.admin_walk import AdminWalk


@pytest.mark.django_db
def test_the_table_of_permissions_is_written():
    permissions_document.DOCUMENT.write_text(permissions_document.document(AdminWalk()), encoding="utf-8")


def test_the_tables_of_formats_are_written():
    documents.write_tables_of_formats()
