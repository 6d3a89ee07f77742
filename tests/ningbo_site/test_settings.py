"""Settings from the environment, each case in a process of its own, and the security headers of responses."""

import ast
import functools
import os
import re
import subprocess
import sys

import pytest

from tests.factories import ROOT

PRODUCTION = {"SECRET_KEY": "k" * 60, "DEBUG": "0", "HTTPS": "1", "ALLOWED_HOSTS": "chronicle.example"}


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code with only these settings. The others are empty, so that no local .env file has an effect."""
    names = (
        "SECRET_KEY",
        "DEBUG",
        "HTTPS",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "BEHIND_PROXY",
        "CSRF_TRUSTED_ORIGINS",
    )
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=kept
        | {"DJANGO_SETTINGS_MODULE": "ningbo_site.settings"}
        | dict.fromkeys(("SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "CONTENT"), "")
        | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def setting(name: str, **environment: str) -> str:
    done = python(f"from django.conf import settings; print(settings.{name})", **environment)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_production_does_not_start_without_a_secret_key():
    done = python("from django.conf import settings; settings.DEBUG", DEBUG="0", HTTPS="1")
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr


def test_debugging_needs_no_secret_key():
    assert setting("DEBUG", DEBUG="1") == "True"


SECURE = {
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31536000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": False,
    "SECURE_HSTS_PRELOAD": False,
    "SESSION_COOKIE_AGE": 12 * 3600,
    "SESSION_COOKIE_HTTPONLY": True,
    "SECRET_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["chronicle.example"],
    "SECURE_PROXY_SSL_HEADER": None,
    "DEBUG": False,
}


@pytest.fixture(scope="module")
def in_production():
    """Read all of these settings in one process."""
    code = (
        f"from django.conf import settings; print({{name: getattr(settings, name) for name in {[*SECURE]}}})"
    )
    done = python(code, **PRODUCTION)
    assert done.returncode == 0, done.stderr
    return ast.literal_eval(done.stdout)


@pytest.mark.parametrize("name", SECURE)
def test_production_is_secure_by_default(in_production, name):
    assert in_production[name] == SECURE[name]


def test_a_proxys_word_on_https_is_believed_only_when_asked_for():
    assert "HTTP_X_FORWARDED_PROTO" in setting("SECURE_PROXY_SSL_HEADER", **PRODUCTION, BEHIND_PROXY="1")


def test_the_database_comes_from_its_address():
    engine = setting(
        "DATABASES['default']['ENGINE']", **PRODUCTION, DATABASE_URL="postgres://u:p@db.example:5433/c"
    )
    assert engine == "django.db.backends.postgresql"
    assert setting("DATABASES['default']['ENGINE']", **PRODUCTION) == "django.db.backends.sqlite3"


def test_postgresql_compiles_no_statements_unless_its_address_says_so():
    options = functools.partial(setting, "DATABASES['default']['OPTIONS']['options']", **PRODUCTION)
    assert options(DATABASE_URL="postgres://db.example/c") == "-c jit=off"
    assert options(DATABASE_URL="postgres://db.example/c?options=-c%20work_mem=16MB") == "-c work_mem=16MB"


def test_options_of_postgresql_in_the_environment_hold_as_well():
    options = functools.partial(setting, "DATABASES['default']['OPTIONS']['options']", **PRODUCTION)
    of_environment = {"DATABASE_URL": "postgres://db.example/c", "PGOPTIONS": "-c work_mem=16MB"}
    assert options(**of_environment) == "-c jit=off -c work_mem=16MB"


def test_the_mail_server_and_who_gets_errors_come_from_the_environment():
    mail = {
        "EMAIL_URL": "smtp+tls://wang:p%40ss@mail.example:587",
        "ADMINS": "a@chronicle.example,b@chronicle.example",
        "DEFAULT_FROM_EMAIL": "site@chronicle.example",
    }
    values = [
        "EMAIL_HOST",
        "EMAIL_PORT",
        "EMAIL_HOST_USER",
        "EMAIL_HOST_PASSWORD",
        "EMAIL_USE_TLS",
        "SERVER_EMAIL",
    ]
    names = (
        "[getattr(settings, name) for name in " + repr(values) + "], [to for _name, to in settings.ADMINS]"
    )
    done = python(f"from django.conf import settings; print({names})", **PRODUCTION, **mail)
    assert "['mail.example', 587, 'wang', 'p@ss', True, 'site@chronicle.example']" in done.stdout
    assert "['a@chronicle.example', 'b@chronicle.example']" in done.stdout


def test_without_a_mail_server_the_site_starts_and_has_no_mail():
    assert setting("ADMINS", **PRODUCTION, EMAIL_URL="", ADMINS="") == "[]"
    assert setting("HAS_MAIL", **PRODUCTION, EMAIL_URL="dummy:") == "False"


@pytest.mark.parametrize(
    ("mail", "words"),
    [
        ({"EMAIL_URL": "smtp://mail.example", "DEFAULT_FROM_EMAIL": ""}, "not DEFAULT_FROM_EMAIL"),
        ({"EMAIL_URL": "", "ADMINS": "a@chronicle.example"}, "ADMINS is set, but not EMAIL_URL"),
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL: “:” is unknown"),
        ({"EMAIL_URL": "console:", "SITE_URL": "chronicle.example"}, "set SITE_URL"),
        ({"EMAIL_URL": "console:", "SITE_URL": "", "ALLOWED_HOSTS": "*"}, "set SITE_URL"),
    ],
)
def test_with_half_of_the_settings_of_mail_the_site_does_not_start(mail, words):
    done = python("from django.conf import settings; settings.DEBUG", **PRODUCTION | mail)
    assert done.returncode != 0
    assert words in done.stderr


def test_links_in_mails_lead_to_the_first_host_unless_there_is_an_address():
    mail = {"EMAIL_URL": "console:"}
    assert setting("SITE_URL", **PRODUCTION | mail | {"SITE_URL": ""}) == "https://chronicle.example"
    address = {"SITE_URL": "https://other.example/"}
    assert setting("SITE_URL", **PRODUCTION | mail | address) == "https://other.example"


def test_a_folder_of_content_has_a_database_of_its_own(tmp_path):
    name = "DATABASES['default']['NAME']"
    found = setting(name, **PRODUCTION, CONTENT=str(tmp_path / "两 座" / "嘉兴"))
    assert found.startswith(str(ROOT / "var" / "嘉兴-"))
    assert setting(name, **PRODUCTION).endswith("/var/chronicle.sqlite3")


def test_a_folder_of_content_and_the_address_of_a_database_are_not_named_together(tmp_path):
    both = {"CONTENT": str(tmp_path), "DATABASE_URL": "sqlite:////nowhere.sqlite3"}
    done = python("from django.conf import settings; settings.DEBUG", **PRODUCTION | both)
    assert done.returncode != 0
    assert "Leave one of them empty" in done.stderr
    assert "请把其中一个留空" in done.stderr


def test_every_name_that_settings_read_is_in_the_example():
    source = (ROOT / "ningbo_site" / "settings.py").read_text()
    example = (ROOT / ".env.example").read_text()
    for name in set(re.findall(r'env\.\w+\("([A-Z_]+)"', source)):
        assert f"\n{name}=" in example, name


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/", "/nowhere/", "/?q=%00", "/admin/login/", "/robots.txt", "/sitemap.xml"]
)
def test_every_answer_carries_the_policies(client, address):
    response = client.get(address)
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "camera=()" in response["Permissions-Policy"]


def test_hsts_binds_other_hosts_only_where_it_is_asked_for():
    asked = {**PRODUCTION, "HSTS_INCLUDE_SUBDOMAINS": "1", "HSTS_PRELOAD": "1"}
    assert (
        setting("SECURE_HSTS_INCLUDE_SUBDOMAINS", **asked)
        == setting("SECURE_HSTS_PRELOAD", **asked)
        == "True"
    )


def test_former_keys_are_a_list():
    assert setting("SECRET_KEY_FALLBACKS", **PRODUCTION, SECRET_KEY_FALLBACKS="a,b") == "['a', 'b']"


def test_below_a_path_files_and_cookies_are_below_it_too():
    below = {**PRODUCTION, "FORCE_SCRIPT_NAME": "/history/"}
    assert setting("FORCE_SCRIPT_NAME", **below) == "/history"
    assert setting("STATIC_URL", **below) == "/history/static/"
    assert setting("SESSION_COOKIE_PATH", **below) == setting("CSRF_COOKIE_PATH", **below) == "/history/"
    assert setting("STATIC_URL", **PRODUCTION) == "/static/"


@pytest.mark.parametrize("path", ["history", "/a b", "https://chronicle.example/history", "//other.example"])
def test_what_is_no_path_below_which_a_site_can_be_is_refused(path):
    assert (
        "FORCE_SCRIPT_NAME is a path"
        in python(
            "from django.conf import settings; settings.DEBUG", **PRODUCTION, FORCE_SCRIPT_NAME=path
        ).stderr
    )
