"""The recipes in docs/recipes work as written, on databases with content."""

import os
import shutil
import subprocess
import sys

import pytest

from tests import postgres
from tests.recipes import FOLDER, copy_repository, run, steps

MANAGE = [sys.executable, "manage.py"]
CHRONICLE = "tests/data/chronicle"

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
ARCHIVE = """
from django.contrib.auth import get_user_model
from timeline.models import Milestone
user = get_user_model().objects.create_superuser("archivist", password="archivist")
Milestone.objects.published().get(slug="service-hall").archive(by=user, comment="已归档的缘由")
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
    for url in ("", f"{cluster}/before"):
        run([*MANAGE, "migrate", "--verbosity=0"], folder, TEST_DATABASE_URL=url)
        run([*MANAGE, "import_content", CHRONICLE, "--publish"], folder, TEST_DATABASE_URL=url)
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
    run([*MANAGE, "compilemessages", "--locale=zh_Hans"], folder)
    run([sys.executable, "-m", "pytest", "-q", "tests/write_documents.py", "-k", "formats"], folder)
    run([*MANAGE, "makemigrations", "--check", "--dry-run"], folder)
    psql(cluster, f"CREATE DATABASE {recipe} TEMPLATE before")
    # The database makes a difference where the recipe has a migration.
    for url in ("", f"{cluster}/{recipe}") if migrations(folder) > migrations(before) else ("",):
        run([*MANAGE, "migrate", "--verbosity=0"], folder, TEST_DATABASE_URL=url)
        run([*MANAGE, "import_content", CHRONICLE, "--publish"], folder, TEST_DATABASE_URL=url)
        if recipe == "status":
            run([*MANAGE, "shell", "-c", ARCHIVE], folder, TEST_DATABASE_URL=url)
        if recipe == "format":
            run(
                [*MANAGE, "export_content", "all.json-seq", "--format=json-seq"],
                folder,
                TEST_DATABASE_URL=url,
            )
            run([*MANAGE, "import_content", "all.json-seq"], folder, TEST_DATABASE_URL=url)
            (folder / "all.json-seq").unlink()
        run([*MANAGE, "check_integrity"], folder, TEST_DATABASE_URL=url)
    # The pages show the same on either database.
    run([sys.executable, "-m", "tests.every_page", text], folder)
    run([sys.executable, "-m", "pytest", "-q", "-n0", "-m", "not long", *tests], folder)
