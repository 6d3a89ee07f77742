"""The examples in the documents on the file format match the Ningbo content."""

import pytest
from django.utils import translation

from tests.documents import DOCUMENTS, examples
from tests.factories import ROOT
from tests.imports import row_counts
from timeline.exchange.importing.import_files import import_files
from timeline.exchange.readers.sources import Upload
from timeline.rows.tables import DELETE_COLUMN

FIXTURES = ROOT / "fixtures" / "ningbo"
OTHER_SOURCES = ROOT / "fixtures" / "ningbo-other-sources"


@pytest.mark.long
@pytest.mark.any_database
@pytest.mark.django_db
@pytest.mark.parametrize("language", DOCUMENTS)
def test_every_example_shows_what_is_there(language):
    """An example changes nothing in the Ningbo content except the rows that it deletes."""
    for folder in (FIXTURES, OTHER_SOURCES):
        assert import_files([folder], publish=True).problems == []
    with translation.override(language):
        for name, content, problems in examples(DOCUMENTS[language]):
            report = import_files([Upload(name, content.encode())], dry_run=True)
            assert [str(problem) for problem in report.problems] == problems, name
            if problems:
                continue
            assert (report.notices, report.changes, row_counts(report)["new"]) == ([], [], 0), name
            assert row_counts(report)["deleted"] == content.count(f"{DELETE_COLUMN}: yes"), name
            assert row_counts(report)["unchanged"], name
