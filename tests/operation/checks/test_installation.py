"""Settings, permissions and static files with which no site should run are found, each with its remedy."""

import json
import os

import pytest
from django.contrib.staticfiles import finders
from django.db import connection

from tests.sqlite_files import connected_to
from timeline.operation.checks.findings import Level
from timeline.operation.checks.installation import check_permissions, check_settings, check_static_files

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def public_site(settings):
    """The settings of a site behind a proxy with https."""
    settings.SECRET_KEY = "k5Wb" * 20
    settings.ALLOWED_HOSTS = ["chronicle.example"]
    settings.SITE_URL = "https://chronicle.example"
    settings.BEHIND_PROXY = settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    return settings


@pytest.fixture
def env(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    (tmp_path / ".env").touch(mode=0o600)
    return tmp_path / ".env"


def problems(check):
    found = list(check())
    assert all(finding.remedy for finding in found)
    return [(finding.level, finding.problem) for finding in found]


def test_of_a_public_site_nothing_is_said(public_site):
    assert problems(check_settings) == []


@pytest.mark.parametrize(
    ("name", "value", "level", "word"),
    [
        ("DEBUG", True, Level.ERROR, "DEBUG"),
        ("SECRET_KEY", "short", Level.ERROR, "SECRET_KEY"),
        ("ALLOWED_HOSTS", ["*"], Level.ERROR, "ALLOWED_HOSTS"),
        ("ALLOWED_HOSTS", [], Level.ERROR, "ALLOWED_HOSTS"),
        ("ALLOWED_HOSTS", ["other.example"], Level.ERROR, "chronicle.example"),
        ("SECURE_SSL_REDIRECT", False, Level.WARNING, "HTTPS"),
        ("SECRET_KEY_FALLBACKS", ["k5WaXy" * 10], Level.NOTICE, "SECRET_KEY_FALLBACKS"),
        ("BEHIND_PROXY", False, Level.WARNING, "BEHIND_PROXY"),
        ("SECURE_HSTS_SECONDS", 0, Level.WARNING, "security.W004"),
    ],
)
def test_a_setting_that_is_dangerous_is_named_once(public_site, name, value, level, word):
    setattr(public_site, name, value)
    ((found_level, problem),) = problems(check_settings)
    assert (found_level, word in problem) == (level, True)


def test_a_file_with_secrets_that_others_can_read_is_found(env):
    others = [problem for _level, problem in problems(check_permissions) if "Other accounts" in problem]
    assert others == []
    env.chmod(0o640)
    assert (Level.WARNING, f"Other accounts of this machine can read {env}.") in problems(check_permissions)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only")
def test_a_database_file_that_others_can_read_is_found(env, tmp_path):
    path = tmp_path / "site.sqlite3"
    path.touch(mode=0o644)
    with connected_to(path):
        assert (Level.WARNING, f"Other accounts of this machine can read {path}.") in problems(
            check_permissions
        )


def test_an_account_that_is_root_is_advised_against(env, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert [problem for _level, problem in problems(check_permissions) if "root" in problem]
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert not [problem for _level, problem in problems(check_permissions) if "root" in problem]


@pytest.mark.skipif(os.geteuid() == 0, reason="Root can write everywhere")
@pytest.mark.skipif(connection.vendor != "sqlite", reason="Of SQLite only")
def test_a_folder_of_the_database_that_cannot_be_written_is_an_error(env, tmp_path):
    with connected_to("/proc/site.sqlite3"):
        assert [level for level, problem in problems(check_permissions) if "/proc" in problem] == [
            Level.ERROR
        ]


@pytest.fixture
def collect(settings, tmp_path):
    """A function that writes the manifest of the static files of the project, without those of some names."""
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    names = [path for finder in finders.get_finders() for path, _storage in finder.list([])]

    def write(*without):
        paths = {name: name for name in names if name not in without}
        (tmp_path / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": paths}))
        backend = "ningbo_site.static_files.ModuleStaticFilesStorage"
        settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}

    return write


def test_collected_static_files_are_right(collect):
    collect()
    assert problems(check_static_files) == []


def test_static_files_that_are_not_collected_are_counted(collect):
    collect("css/site.css", "img/favicon.ico")
    ((level, problem),) = problems(check_static_files)
    assert level == Level.ERROR
    assert problem.startswith("2 static files are not collected, such as ")


def test_a_damaged_manifest_is_one_without_files(collect, settings, tmp_path):
    collect()
    (tmp_path / "staticfiles.json").write_text("{}")
    settings.STORAGES = {**settings.STORAGES}
    assert len(problems(check_static_files)) == 1
