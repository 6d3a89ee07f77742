"""The mail server as a URL."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from ningbo_site.email_url import email_settings


@pytest.mark.parametrize(
    ("url", "port", "encryption"),
    [
        ("smtp://mail.example", 25, {}),
        ("smtp://mail.example:2525", 2525, {}),
        ("smtp+tls://mail.example", 587, {"EMAIL_USE_TLS": True}),
        ("smtps://mail.example", 465, {"EMAIL_USE_SSL": True}),
        ("smtp+ssl://mail.example", 465, {"EMAIL_USE_SSL": True}),
    ],
)
def test_a_server_has_host_port_and_encryption(url, port, encryption):
    found = email_settings(url)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", port)
    assert {name: value for name, value in found.items() if name.startswith("EMAIL_USE_")} == encryption


def test_user_and_password_may_have_any_character():
    found = email_settings("smtps://wang%40mail:p%40s%2Fs%3A+w@mail.example")
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("wang@mail", "p@s/s:+w")


def test_mails_can_be_printed_written_to_files_or_dropped():
    assert email_settings("console:")["EMAIL_BACKEND"].endswith("console.EmailBackend")
    assert email_settings("dummy:")["EMAIL_BACKEND"].endswith("dummy.EmailBackend")
    assert email_settings("file:/var/mails")["EMAIL_FILE_PATH"] == "/var/mails"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mail.example:25", "is unknown"),
        ("http://mail.example", "“http:” is unknown"),
        ("smtp://", "needs a host"),
        ("smtp://user:geheim@:25", "needs a host"),
        ("smtp://user:geheim@mail.example:99999", "the port is not a number"),
        ("smtp://user:geheim/x@mail.example", "the port is not a number"),
        ("smtp://user:geheim@mail.example/x", "nothing may follow the port"),
        ("smtp://mail.example#geheim", "nothing may follow the port"),
        ("file:", "needs a folder"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(url, words):
    with pytest.raises(ImproperlyConfigured, match=words) as refused:
        email_settings(url)
    assert "geheim" not in str(refused.value)
