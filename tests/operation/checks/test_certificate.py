"""The certificate of the site is checked as a visitor's browser does."""

import contextlib
import socket
import ssl
import subprocess
import threading

import pytest

from tests.ports import free_port
from timeline.operation.checks import certificate
from timeline.operation.checks.certificate import check_certificate
from timeline.operation.checks.findings import Level

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.SITE_URL = ""


def make_certificate(folder, days, name="localhost"):
    """Make a certificate that is valid for so many days, and is its own authority."""
    key, made = folder / "key", folder / "certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "1",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    # Unlike "req", this takes a day in the past.
    subprocess.run(
        ["openssl", "x509", "-in", made, "-signkey", key, "-days", str(days), "-out", made],
        check=True, capture_output=True,
    )  # fmt: skip
    return key, made


@contextlib.contextmanager
def serving(key, made, monkeypatch, *, is_trusted=True):
    """A server of TLS with this certificate, which programs trust or not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, key)
    with socket.create_server(("localhost", 0)) as listening:
        monkeypatch.setattr(certificate, "PORT", listening.getsockname()[1])
        if is_trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(made))

        is_over = threading.Event()

        def answer():
            while True:
                connection, _address = listening.accept()
                if is_over.is_set():
                    connection.close()
                    return
                with (
                    contextlib.suppress(OSError),
                    connection,
                    context.wrap_socket(connection, server_side=True) as secured,
                ):
                    secured.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            socket.create_connection(listening.getsockname()).close()
            thread.join()


def test_a_certificate_that_is_valid_for_long_is_right(tmp_path, monkeypatch):
    with serving(*make_certificate(tmp_path, 90), monkeypatch):
        assert list(check_certificate()) == []


def test_a_certificate_that_expires_soon_is_told_with_its_days(tmp_path, monkeypatch):
    with serving(*make_certificate(tmp_path, 10), monkeypatch):
        (finding,) = check_certificate()
    assert finding.level == Level.WARNING
    assert "expires in 9 days" in finding.problem


@pytest.mark.parametrize(("name", "is_trusted"), [("localhost", False), ("other.example", True)])
def test_a_certificate_that_browsers_refuse_is_an_error_with_the_reason(
    tmp_path, monkeypatch, name, is_trusted
):
    with serving(*make_certificate(tmp_path, 90, name), monkeypatch, is_trusted=is_trusted):
        (finding,) = check_certificate()
    assert finding.level == Level.ERROR
    assert ("self-signed" if name == "localhost" else "Hostname mismatch") in finding.problem


def test_a_chain_that_leads_to_no_known_authority_is_not_to_be_renewed(tmp_path, monkeypatch):
    with serving(*make_certificate(tmp_path, 90), monkeypatch, is_trusted=False):
        (finding,) = check_certificate()
    assert "intermediate certificate" in finding.remedy
    assert "Renew" not in finding.remedy


@pytest.mark.parametrize(
    ("days", "level", "words"),
    [(10, Level.WARNING, "expires in 9 days"), (-1, Level.ERROR, "has expired")],
)
def test_the_expiry_of_a_certificate_is_told_although_its_authority_is_unknown(
    tmp_path, monkeypatch, days, level, words
):
    with serving(*make_certificate(tmp_path, days), monkeypatch, is_trusted=False):
        _untrusted, finding = check_certificate()
    assert finding.level == level
    assert words in finding.problem
    assert "Renew" in finding.remedy


def test_the_port_is_that_of_the_public_address(tmp_path, monkeypatch, settings):
    with serving(*make_certificate(tmp_path, 10), monkeypatch):
        settings.SITE_URL = f"https://localhost:{certificate.PORT}"
        monkeypatch.setattr(certificate, "PORT", 1)
        (finding,) = check_certificate()
    assert "expires in 9 days" in finding.problem


def test_a_certificate_for_another_host_is_not_to_be_renewed(tmp_path, monkeypatch):
    with serving(*make_certificate(tmp_path, 90, "other.example"), monkeypatch):
        (finding,) = check_certificate()
    assert "issued for localhost" in finding.remedy


def test_a_host_that_is_not_reached_from_here_is_a_notice(monkeypatch, settings):
    monkeypatch.setattr(certificate, "PORT", free_port())
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    (finding,) = check_certificate()
    assert finding.level == Level.NOTICE


def test_without_https_there_is_nothing_to_check(settings):
    settings.SECURE_SSL_REDIRECT = False
    assert list(check_certificate()) == []
