"""The environment as settings are read from it: what cannot be meant is refused under the name of the variable."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from ningbo_site.environment import Environment


@pytest.fixture
def env():
    found = Environment()
    found.ENVIRON = {}
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1", True), ("True", True), ("on", True), ("0", False), ("no", False), ("", False)],
)
def test_a_switch_is_on_or_off(env, text, expected):
    env.ENVIRON["A"] = text
    assert env.bool("A") is expected


def test_what_is_not_there_has_its_default(env):
    assert (env.bool("A", default=True), env.int("A", default=7), env.hosts("A", default=["a"])) == (
        True,
        7,
        ["a"],
    )


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("bool", "ja"),
        ("int", "viel"),
        ("int", "-1"),
        ("hosts", "https://chronicle.example.org/"),
        ("hosts", "chronicle.example.org:443"),
        ("hosts", "a.example,chronicle.example.org/path"),
        ("time_zone", "Europe/Ningbo"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_name_and_the_value(env, kind, text):
    env.ENVIRON["A_NAME"] = text
    with pytest.raises(ImproperlyConfigured, match="A_NAME") as refusal:
        getattr(env, kind)("A_NAME", default="")
    assert text.split(",")[-1] in str(refusal.value)


@pytest.mark.parametrize(
    "text",
    ["*", ".example.org", "127.0.0.1", "[::1]", "chronicle.example.org,www.example.org", "档案.example"],
)
def test_hosts_are_names_domains_and_addresses(env, text):
    env.ENVIRON["A"] = text
    assert env.hosts("A", default=[]) == text.split(",")


@pytest.mark.parametrize(
    "url", ["postgre:/x", "mysql://a@b/c", "secret-password", "postgres://a:secret-password@h:port/x"]
)
def test_another_database_is_refused_without_quoting_its_password(env, url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL") as refusal:
        env.database(url)
    assert "secret-password" not in str(refusal.value)


def test_a_database_is_sqlite_or_postgresql(env):
    assert env.database("sqlite:////srv/a.sqlite3")["NAME"] == "/srv/a.sqlite3"
    assert env.database("postgres:////var/run/postgresql/chronicle")["HOST"] == "/var/run/postgresql"


def test_a_file_that_cannot_be_read_is_not_taken_for_one_that_is_not_there(env, tmp_path, monkeypatch):
    env.read_file(tmp_path / "none")
    (tmp_path / ".env").write_text("A=1")
    # Root can read everything.
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(ImproperlyConfigured, match=r"\.env cannot be read"):
        env.read_file(tmp_path / ".env")
