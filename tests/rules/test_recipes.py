"""The recipes in docs/recipes work as written, on databases with content."""

import os
import shutil
import subprocess
import sys

import pytest

from tests import postgres
from tests.databases import make_postgresql, make_sqlite
from tests.recipes import FOLDER, copy_repository, run, steps

DATABASE = "chronicle.sqlite3"
# By recipe: a text that a page shows afterwards, and the tests that a contributor would run.
FOLLOWED = {
    "field": ("陈澜", ["tests/rules/test_made_content.py", "tests/rules/test_format_documents.py"]),
    "kind": (
        "数据之城奖",
        [
            "tests/rules/test_made_content.py",
            "tests/rules/test_format_documents.py",
            "tests/models/test_kinds.py",
        ],
    ),
    "filter": ('name="level"', ["tests/filters/test_entries.py"]),
    "format": (
        "JSON text sequence",
        ["tests/exchange/formats/test_registry.py", "tests/rules/test_format_documents.py"],
    ),
    "status": ("已归档", ["tests/test_workflow.py", "tests/editing/test_stages.py"]),
}
# What a contributor does with a site after the change, in one process, since each takes a second to start. Two of the
# recipes are tried out as well.
USED = """
import pathlib, sys
import django
django.setup()
from django.core.management import call_command
from tests import documents, every_page

recipe, *texts = sys.argv[1:]
if texts:
    call_command("makemigrations", check=True, dry_run=True)
    documents.write_tables_of_formats()
call_command("migrate", verbosity=0)
call_command("import_content", "tests/data/chronicle", publish=True)
if recipe == "status":
    from django.contrib.auth import get_user_model
    from timeline.models import Milestone
    user = get_user_model().objects.create_superuser("archivist", password="archivist")
    Milestone.objects.published().get(slug="service-hall").archive(by=user, comment="已归档的缘由")
if recipe == "format":
    call_command("export_content", "all.json-seq", format="json-seq")
    call_command("import_content", "all.json-seq")
    pathlib.Path("all.json-seq").unlink()
call_command("check_integrity")
# The pages show the same on either database.
if texts:
    every_page.main(["zh-Hans", "en"], {*texts})
"""


def test_every_recipe_with_code_is_followed_or_is_about_a_mail():
    assert {path.stem for path in FOLDER.glob("*.md") if steps(path.stem)} == {*FOLLOWED, "mail"}


@pytest.mark.parametrize("recipe", [*FOLLOWED, "mail"])
def test_every_change_finds_its_place(recipe, tmp_path):
    copy_repository(tmp_path)
    for step in steps(recipe):
        if step.language != "sh":
            step.follow(tmp_path)


@pytest.fixture(scope="module")
def cluster():
    """The URL of a private PostgreSQL server, without the name of a database."""
    with postgres.private_cluster() as url:
        yield url.rpartition("/")[0]


@pytest.fixture(scope="module")
def before(tmp_path_factory, cluster):
    """A copy of the repository, with the chronicle in a SQLite and a PostgreSQL database."""
    folder = tmp_path_factory.mktemp("before")
    copy_repository(folder)
    psql(cluster, "CREATE DATABASE before")
    for url in (make_sqlite(folder / DATABASE), make_postgresql(f"{cluster}/before")):
        run(
            [sys.executable, "manage.py", "import_content", "tests/data/chronicle", "--publish"],
            folder,
            TEST_DATABASE_URL=url,
        )
    return folder


def migrations(folder):
    return {path.name for path in (folder / "timeline" / "migrations").glob("*.py")}


def psql(cluster, command):
    tool = postgres.binaries() / "psql"
    subprocess.run([tool, f"{cluster}/postgres", "-qc", command], check=True, capture_output=True)


@pytest.mark.long
@pytest.mark.skipif(
    shutil.which("msgfmt") is None and not os.environ.get("CI"), reason="Debian: apt install gettext."
)
@pytest.mark.parametrize("recipe", FOLLOWED)
def test_it_works_as_it_is_written(recipe, before, cluster, tmp_path):
    text, tests = FOLLOWED[recipe]
    folder = tmp_path / "after"
    shutil.copytree(before, folder)
    for step in steps(recipe):
        step.follow(folder)
    run([sys.executable, "manage.py", "compilemessages", "--locale=zh_Hans"], folder)
    used = [sys.executable, "-c", USED, recipe]
    run([*used, text], folder, TEST_DATABASE_URL=f"sqlite:///{folder / DATABASE}")
    # The database makes a difference where the recipe has a migration.
    if migrations(folder) > migrations(before):
        psql(cluster, f"CREATE DATABASE {recipe} TEMPLATE before")
        run(used, folder, TEST_DATABASE_URL=f"{cluster}/{recipe}")
    run([sys.executable, "-m", "pytest", "-q", "-n0", "-m", "not long", *tests], folder)
