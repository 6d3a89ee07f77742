"""The certificate of the site is checked as a visitor's browser does."""

import contextlib
import socket
import ssl
import subprocess
import threading

import pytest

from timeline.operation.checks import certificate
from timeline.operation.checks.certificate import check_certificate
from timeline.operation.checks.findings import Level

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["localhost"]


def make_certificate(folder, days, name="localhost"):
    """Make a certificate that is valid for so many days, and is its own authority."""
    key, made = folder / "key", folder / "certificate"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", str(days),
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", made],
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

        def answer():
            with contextlib.suppress(OSError):
                connection, _address = listening.accept()
                with connection, context.wrap_socket(connection, server_side=True) as secured:
                    secured.recv(1)

        thread = threading.Thread(target=answer)
        thread.start()
        yield
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


def test_a_host_that_is_not_reached_from_here_is_a_notice(monkeypatch, settings):
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setattr(certificate, "PORT", free.getsockname()[1])
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    (finding,) = check_certificate()
    assert finding.level == Level.NOTICE


def test_without_https_there_is_nothing_to_check(settings):
    settings.SECURE_SSL_REDIRECT = False
    assert list(check_certificate()) == []
