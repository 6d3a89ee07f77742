"""manage.py export_content into the folder that start_chronicle wrote, as docs/another-city.md shows it."""

import pytest
from django.core.management import CommandError, call_command

from tests.files import xlsx_file
from timeline.exchange.importing.import_files import import_files
from timeline.models import Chronicle

pytestmark = pytest.mark.django_db


def test_the_way_back_goes_into_the_folder_itself(tmp_path, capsys):
    folder = tmp_path / "杭州"
    call_command("start_chronicle", folder)
    (folder / "logo.png").write_bytes(b"\x89PNG")
    call_command("import_content", folder, publish=True)
    Chronicle.objects.update(city="钱塘")
    call_command("export_content", folder, force=True)
    assert "city: 钱塘" in (folder / "site.yaml").read_text(encoding="utf-8")
    assert {"填写.xlsx", "logo.png"} < {path.name for path in folder.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == ["杭州"]
    report = import_files([folder], publish=True, dry_run=True, keep_edits=True)
    assert ([str(one) for one in report.problems], report.changes) == ([], [])


def test_a_workbook_with_rows_is_named_and_nothing_is_replaced(tmp_path):
    folder = tmp_path / "杭州"
    call_command("start_chronicle", folder)
    rows = xlsx_file(sources=[["slug", "title"], ["gazette", "公报"]])
    (folder / "填写.xlsx").write_bytes(rows)
    call_command("import_content", folder, publish=True)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(CommandError, match=r"填写\.xlsx"):
        call_command("export_content", folder, force=True)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
