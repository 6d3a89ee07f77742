"""`python -O`, which removes assertions, changes nothing: no module depends on one."""

import ast
import os
import subprocess
import sys

import pytest

from tests.databases import make_sqlite
from tests.factories import ROOT

MODULES = [path for room in ("timeline", "ningbo_site") for path in sorted((ROOT / room).rglob("*.py"))]

# Requests with invalid parameters, the form of a public entry, a form with an invalid base revision, and an
# invalid file.
DONE = """
import pathlib, sys
import django
django.setup()
from django.core.management import CommandError, call_command
from django.test import Client
from tests import factories as make
from tests.forms import fields_of
from timeline.models import Entry, Milestone

client = Client(raise_request_exception=False)
print("assertions", __debug__)
for query in ("?q=%E5%AE%81%E6%B3%A2&phase=-1&page=zz", "?from=9999&to=0&kind=none&area=%00"):
    print("front page", client.get("/" + query).status_code)
entry = make.make_milestone(title="启动", published=True)
change, preview = (f"/admin/timeline/milestone/{entry.pk}/{page}/" for page in ("change", "working-copy/preview"))
print("signed out", client.get(change).status_code)
client.force_login(make.make_editor())
form = fields_of(client.get(change).content.decode())
print("saved", client.post(change, form | {"title": "改了"}).status_code, Milestone.objects.get().title)
print("preview", "改了" in client.get(preview).content.decode())
print("not as it was opened", client.post(change, form | {"_base": "x"}).status_code)
file = pathlib.Path(sys.argv[1]) / "milestones.yaml"
file.write_text("- {slug: a, title: 甲, date: 2013-13}\\n- {slug: b, title: 乙}\\n", encoding="utf-8")
try:
    call_command("import_content", file, stderr=sys.stdout)
except CommandError:
    print("refused", Entry.objects.count())
"""
CAME_OF_IT = """
assertions False
front page 200
front page 400
signed out 302
saved 302 启动
preview True
not as it was opened 400
"""


def test_no_module_rests_on_an_assertion():
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert)
    ]
    assert len(MODULES) > 100
    assert found == [], (
        "Under python -O these are not there: refuse, raise, or cast what only the type checker doubts."
    )


@pytest.mark.long
def test_without_assertions_pages_forms_and_imports_do_the_same(tmp_path):
    run = subprocess.run(
        [sys.executable, "-O", "-c", DONE, str(tmp_path)],
        cwd=ROOT,
        env=os.environ
        | {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "TEST_DATABASE_URL": make_sqlite(tmp_path / "chronicle.sqlite3"),
            "PYTHONIOENCODING": "utf-8",
        },
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith(CAME_OF_IT.lstrip())
    assert run.stdout.endswith("refused 1\n")
