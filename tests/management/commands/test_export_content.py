"""manage.py export_content: formats, selection of content, and error messages."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from tests.exports import make_cited_policy, plain_name, rows_in_database, rows_in_file
from timeline.exchange.formats.registry import FORMATS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def policy():
    return make_cited_policy()


def command(*words):
    out = io.StringIO()
    call_command("export_content", *map(str, words), stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_writes_every_format_and_counts(format, tmp_path, policy):
    name = plain_name(FORMATS[format])
    said = command(tmp_path / name, "--format", format)
    assert "policies: 1 rows" in said
    assert "citations: 1 rows" in said
    assert rows_in_file(tmp_path / name) == rows_in_database()


def test_the_command_takes_kinds_and_the_public_part(tmp_path, policy):
    make.make_policy(slug="seen", published=True)
    command(tmp_path / "all.json", "--kind", "policies", "milestones", "--public")
    content = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert list(content) == ["policies", "milestones"]
    assert [row["slug"] for row in content["policies"]] == ["seen"]
    assert "status" not in content["policies"][0]


def test_the_command_refuses_with_a_sentence(tmp_path):
    (tmp_path / "all.json").write_text("")
    with pytest.raises(CommandError, match="--force replaces it"):
        command(tmp_path / "all.json")
    with pytest.raises(CommandError, match="--template"):
        command()
