"""manage.py import_content with a mapping: proposed to a file, edited, and taken from it."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.foreign_tables import policies
from timeline.models import Policy

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def run(*arguments):
    """Return the output, the errors printed, and the message of the CommandError."""
    out, err, message = io.StringIO(), io.StringIO(), ""
    try:
        call_command("import_content", *map(str, arguments), stdout=out, stderr=err)
    except CommandError as error:
        message = str(error)
    return out.getvalue(), err.getvalue(), message


@pytest.fixture
def file(tmp_path):
    upload = policies(["智慧健康建设方案", "", "2016.1"])
    path = tmp_path / upload.name
    path.write_bytes(upload.content)
    return path


@pytest.fixture
def mapping(tmp_path, file):
    path = tmp_path / "mapping.json"
    run(file, "--propose-mapping", path)
    return path


def test_a_proposal_is_written_with_its_reasons_and_nothing_imported(tmp_path, file):
    out, _err, message = run(file, "--propose-mapping", tmp_path / "mapping.json")
    assert message == ""
    assert "发文日期: issued. The header “发文日期” is a name of date of the document." in out
    written = json.loads((tmp_path / "mapping.json").read_text())
    assert written["sheets"][0]["table"] == "policies"
    assert not Policy.objects.exists()


def test_unanswered_questions_are_printed_with_the_keys_and_values_of_answers(file, mapping):
    _out, err, message = run(file, "--mapping", mapping)
    assert message == "2 problems; nothing was imported."
    assert (
        'Answer in “answers” of the mapping: "date:policies.issued:2016.1:智慧健康建设方案"\n  "2016-01": January 2016\n'
        in err
    )


def test_the_file_is_imported_by_the_edited_mapping(file, mapping):
    plain = json.loads(mapping.read_text())
    plain["answers"] = {
        "date:policies.issued:2016.1:智慧健康建设方案": "2016-01",
        "document-type:方案": "other",
    }
    mapping.write_text(json.dumps(plain))
    out, _err, message = run(file, "--mapping", mapping)
    assert message == ""
    assert "policies: 1 new" in out
    assert str(Policy.objects.get().issued) == "2016-01"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "Expecting"),
        ("[]", "This is no mapping of an import"),
        ('{"sheets": [{"table": "policy", "header": [], "columns": []}]}', "There is no table “policy”"),
        ('{"sheets": [{"header": [], "columns": []}]}', "This is no mapping of an import"),
    ],
)
def test_what_is_no_mapping_is_refused(file, mapping, text, reason):
    mapping.write_text(text)
    _out, _err, message = run(file, "--mapping", mapping)
    assert reason in message


def test_a_missing_mapping_is_refused(file, tmp_path):
    _out, _err, message = run(file, "--mapping", tmp_path / "none.json")
    assert "none.json" in message


def test_a_proposal_that_cannot_be_written_is_refused(file, tmp_path):
    _out, _err, message = run(file, "--propose-mapping", tmp_path / "none" / "mapping.json")
    assert message


def test_no_mapping_is_proposed_for_a_file_that_cannot_be_read(tmp_path):
    _out, err, message = run(tmp_path / "none.csv", "--propose-mapping", tmp_path / "mapping.json")
    assert message == "No mapping can be proposed."
    assert "There is no such file or folder." in err
