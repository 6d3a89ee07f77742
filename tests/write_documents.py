"""Writes the generated parts of docs/ for `make documents`. Not part of the test suite."""

import pytest

from tests import documents, permissions_document
from tests.admin_walk import AdminWalk


@pytest.mark.django_db
def test_the_table_of_permissions_is_written():
    permissions_document.DOCUMENT.write_text(permissions_document.document(AdminWalk()), encoding="utf-8")


@pytest.mark.parametrize("language", documents.PATHS)
def test_the_table_of_formats_is_written(language):
    path = documents.PATHS[language]
    path.write_text(documents.with_table_of_formats(language), encoding="utf-8")
