"""Fixtures shared by many files: records, languages, content files, and clients."""

import contextlib
import copy
import gc
import os
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django import db
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import transaction
from django.test import Client, TransactionTestCase, override_settings
from django.utils import translation
from hypothesis import settings

from tests import connections
from tests.databases import migrated_in_memory, migrated_template
from tests.examples import examples
from tests.made_once import run_folder
from tests.world import World, make_world
from timeline.editing.checks import CHECKS

pytest_plugins = ["tests.cpu_times", "tests.server_errors"]

# Deterministic, so that only a change of the code makes a test fail.
settings.register_profile("suite", deadline=None, derandomize=True, database=None, max_examples=examples(100))
settings.load_profile("suite")


# Garbage collection with Python's default threshold of 700 objects takes a sixth of the suite's time.
gc.set_threshold(100_000, 20, 20)


# Folders whose tests are of pages, forms and pages as files, which show the same on any database: what they ask and write is
# tested in the folders of models, queries, editing, search, imports and exports.
SAME_ON_ANY_DATABASE = (
    "accounts",
    "admin",
    "content",
    "delivery/snapshot",
    "i18n",
    "ningbo_site",
    "public",
    "templatetags",
)


# Files that take minutes, the longest first: begun last, one worker would be left alone with each.
BEGUN_FIRST = (
    "browser/test_pages.py",
    "rules/test_recipes.py",
    "browser/test_public_pages.py",
    "content/test_folders.py",
    "operation/test_restore.py",
    "browser/test_picture.py",
    "rules/test_permissions.py",
    "operation/test_moving.py",
    "operation/test_upgrade.py",
    "rules/test_releases.py",
    "browser/drafts/test_storage.py",
    "management/commands/test_export_site.py",
    "content/test_claims.py",
    "exchange/test_database_errors.py",
    "rules/test_migrations.py",
    "operation/test_backup.py",
)
RANKS = {Path(__file__).parent / name: rank for rank, name in enumerate(BEGUN_FIRST)}


def pytest_configure() -> None:
    """The folder of the run is there before its workers, which inherit it."""
    run_folder()


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: while a test waits for a browser, a server or a process, another has its core."""
    return (os.cpu_count() or 1) + 1


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test of pages or forms, or without a database, shows the same on any."""
    has_database = (
        item.get_closest_marker("django_db") is not None
        or "django_db_setup" in getattr(item, "fixturenames", ())
        or issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
    )
    folders = item.path.relative_to(Path(__file__).parent).parents
    if not has_database or any(str(folder) in SAME_ON_ANY_DATABASE for folder in folders):
        item.add_marker("any_database")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest files first, then browser tests: other workers run the rest while one waits for the browser."""
    items.sort(
        key=lambda item: (RANKS.get(item.path, len(RANKS)), item.get_closest_marker("browser") is None)
    )


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_keepdb: bool, django_db_createdb: bool
) -> Iterator[None]:
    """The database of each worker begins as a copy of one that is migrated; Django migrates what is left, which is nothing."""
    default = django_settings.DATABASES["default"]
    with contextlib.ExitStack() as kept:
        if db.connection.vendor == "sqlite":
            kept.enter_context(migrated_in_memory(db.connection.creation._get_test_db_name()))
        elif django_db_createdb or not django_db_keepdb:
            name = f"test_{default['NAME']}_migrated"
            url = os.environ["TEST_DATABASE_URL"]
            default.setdefault("TEST", {})["TEMPLATE"] = migrated_template(url, name)
        yield


@pytest.fixture(scope="module")
def module_records(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Records shared by the tests of a module: those that its fixtures create when they use this one.

    They are rolled back after the last test of the module, changes by a test after that test. No test of such
    a module may end a transaction.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def module_world(module_records: None) -> World:
    """A chronicle in which everything refers to everything, created once for a module."""
    return make_world()


@pytest.fixture
def world(module_world: World) -> World:
    """A copy of `module_world` that the test may change."""
    return copy.deepcopy(module_world)


@pytest.fixture(autouse=True)
def no_kept_fragments() -> None:
    """Each test renders its pages itself, whatever others have kept of the same records."""
    caches["template_fragments"].clear()


@pytest.fixture(autouse=True)
def nothing_to_confirm(request: pytest.FixtureRequest, settings: Any) -> None:
    """Records of tests have few columns: only tests marked `checklist` are asked to confirm what they lack."""
    if request.node.get_closest_marker("checklist") is None:
        settings.SKIPPED_CHECKS = [*CHECKS]


@pytest.fixture
def kept_connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Requests leave the connection open, and so the transaction of the test, as those of Django's test client do."""
    monkeypatch.setattr(db, "close_old_connections", lambda: None)
    with connections.kept_connection():
        yield


@pytest.fixture
def mail_on(settings: Any) -> None:
    """Mails are sent, into `mailoutbox`."""
    settings.HAS_MAIL = True


@pytest.fixture
def english() -> Iterator[None]:
    """Activates English, the language of the msgids."""
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a content folder: `folder(policies="- slug: …")` writes policies.yaml."""

    def write(**files: str) -> Path:
        path = tmp_path / "content"
        path.mkdir(exist_ok=True)
        for name, text in files.items():
            (path / f"{name}.yaml").write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Production settings of static files, which are collected without the admin's, unused by visitors."""
    backend = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    changed = {
        "STATIC_ROOT": tmp_path_factory.mktemp("static"),
        "STATICFILES_FINDERS": ["django.contrib.staticfiles.finders.FileSystemFinder"],
        "STORAGES": django_settings.STORAGES | {"staticfiles": backend},
        "MIDDLEWARE": ["whitenoise.middleware.WhiteNoiseMiddleware", *django_settings.MIDDLEWARE],
    }
    with override_settings(**changed):
        call_command("collectstatic", interactive=False, verbosity=0)
    return changed


@pytest.fixture
def visitor(settings: Any, collected: dict[str, Any]) -> Client:
    """A client to which static files are served as in production."""
    for name, value in collected.items():
        setattr(settings, name, value)
    return Client()
