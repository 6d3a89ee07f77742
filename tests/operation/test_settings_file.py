"""A backup has the settings of the installation, and none of its secrets."""

import pytest

from timeline.operation import settings_file

SECRETS = {
    "SECRET_KEY": "a-long-secret",
    "SECRET_KEY_FALLBACKS": "a-former-secret",
    "DATABASE_URL": "postgres://wang:pa/s?s@wo:rd@db.example:5432/chronicle?password=pass2",
    "CACHE_URL": "redis://:redispass@cache.example:6379/0",
    "EMAIL_URL": "smtps://mailer:mailpass@mail.example:465",
}


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in settings_file.names():
        monkeypatch.delenv(name, raising=False)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ALLOWED_HOSTS", "chronicle.example")
    monkeypatch.setenv("UNKNOWN_TOKEN", "not-a-setting")


def test_the_settings_are_written_without_secrets_and_read_back(tmp_path):
    settings_file.write(tmp_path / "settings.env")
    text = (tmp_path / "settings.env").read_text(encoding="utf-8")
    for secret in (
        "a-long-secret",
        "a-former-secret",
        "pa/s",
        "rd@",
        "pass2",
        "redispass",
        "mailpass",
        "not-a-setting",
    ):
        assert secret not in text
    given, secrets = settings_file.read(tmp_path / "settings.env")
    assert given == {
        "ALLOWED_HOSTS": "chronicle.example",
        "DATABASE_URL": "postgres://wang@db.example:5432/chronicle",
        "CACHE_URL": "redis://@cache.example:6379/0",
        "EMAIL_URL": "smtps://mailer@mail.example:465",
    }
    assert {*secrets} == {*SECRETS}


@pytest.mark.parametrize(
    "url", ["sqlite:////srv/chronicle.sqlite3", "console:", "postgres://db.example/chronicle"]
)
def test_a_url_without_a_password_is_written_as_it_is(url):
    assert settings_file.without_password(url) == url


def test_a_value_has_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "one\nDEBUG=1")
    settings_file.write(tmp_path / "settings.env")
    assert settings_file.read(tmp_path / "settings.env")[0]["ALLOWED_HOSTS"] == "one DEBUG=1"


def test_every_setting_with_a_telling_name_is_left_out():
    assert "SECRET_KEY" not in settings_file.without_secrets()
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "TIME_ZONE"} <= {*settings_file.names()}
