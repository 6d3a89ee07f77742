"""manage.py import_content --json: the report for scripts."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.factories import make_user
from timeline.models import ImportBatch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_the_report_for_scripts_names_columns_as_the_file_does(tmp_path):
    path = tmp_path / "milestones.csv"
    path.write_text("网址标识,题名,日期\na,甲,soon\n", encoding="utf-8")
    out = io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_content", path, json=True, stdout=out, stderr=io.StringIO())
    (problem,) = json.loads(out.getvalue())["problems"]
    assert problem["column"] == "日期"
    assert {*problem["place"]} == {"file", "table", "row", "line"}


def test_the_report_for_scripts_holds_all_that_is_told(folder, capsys):
    make_user(username="li")
    path = folder(milestones="- {slug: launch, title: 启动, date: soon}")
    with pytest.raises(CommandError):
        call_command("import_content", path, json=True, user="li")
    report = json.loads(capsys.readouterr().out)
    assert [(problem["column"], problem["value"]) for problem in report["problems"]] == [("date", "soon")]
    call_command("import_content", folder(milestones="- {slug: launch, title: 启动}"), json=True, user="li")
    report = json.loads(capsys.readouterr().out)
    assert report["counts"]["milestones"] == {"new": 1}
    assert report["import"] == ImportBatch.objects.get().pk
