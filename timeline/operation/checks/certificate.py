"""The check of the certificate with which the site is reached, as a visitor's browser makes it."""

import datetime
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.operation.checks.findings import Finding, Level

# Certificates are renewed a month before they expire, or so.
SOON = datetime.timedelta(days=14)
PORT = 443
# Seconds to wait for the server.
PATIENCE = 5
# What OpenSSL says of a chain that leads to no authority that this machine knows (X509_V_ERR_…): the certificate may be good.
UNTRUSTED = {18, 19, 20, 21}
EXPIRED = 10
OTHER_HOST = 62


def check_certificate() -> Iterator[Finding]:
    host, port = _address()
    if not settings.SECURE_SSL_REDIRECT or not host:
        return
    remedy = _("Renew it and reload the proxy, by a timer: docs/operate/nginx.md.")
    try:
        expires = expiry(host, port)
    except ssl.SSLCertVerificationError as error:
        advice = remedy
        if error.verify_code in UNTRUSTED:
            advice = _(
                "Have the proxy send the intermediate certificate as well (ssl_certificate: fullchain.pem). If the authority is your own, this machine has to know it (update-ca-certificates)."
            )
        elif error.verify_code == OTHER_HOST:
            advice = _("Have one issued for %(host)s, or give the proxy the one of this site.") % {
                "host": host
            }
        yield Finding(
            Level.ERROR,
            _("The certificate of %(host)s is not accepted by this machine: %(reason)s.")
            % {"host": host, "reason": error.verify_message},
            advice,
        )
        if error.verify_code in UNTRUSTED:
            yield from _expiry_of_untrusted(host, port, remedy)
    except (OSError, UnicodeError) as error:
        yield Finding(
            Level.NOTICE,
            _(
                "The certificate of %(host)s was not checked: there is no TLS at port %(port)s from here (%(reason)s)."
            )
            % {"host": host, "port": port, "reason": error},
            _("Have it watched from outside: docs/operate/monitoring.md."),
        )
    else:
        yield from _expiring(host, expires, remedy)


def _address() -> tuple[str, int]:
    """The public name and port of the site; without SITE_URL, the first of its names. "" if there is none."""
    public = urlsplit(settings.SITE_URL)
    names = (host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*")
    return public.hostname or next(names, ""), public.port or PORT


def _expiring(host: str, expires: datetime.datetime, remedy: str) -> Iterator[Finding]:
    if (left := expires - timezone.now()) < SOON:
        yield Finding(
            Level.WARNING,
            _("The certificate of %(host)s expires in %(days)s days.") % {"host": host, "days": left.days},
            remedy,
        )


def _expiry_of_untrusted(host: str, port: int, remedy: str) -> Iterator[Finding]:
    """Tell of the expiry of a certificate whose authority is unknown, trusting what the server sends."""
    try:
        certificate = ssl.get_server_certificate((host, port), timeout=PATIENCE)
        yield from _expiring(host, expiry(host, port, trusted=certificate), remedy)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == EXPIRED:
            yield Finding(Level.ERROR, _("The certificate of %(host)s has expired.") % {"host": host}, remedy)
    except OSError:
        # It was there a moment ago; what it said then is told.
        return


def expiry(host: str, port: int, *, trusted: str | None = None) -> datetime.datetime:
    """Return when the certificate of this host expires. Raises OSError, and SSLCertVerificationError if it is not valid.

    With a trusted certificate, that one is good whoever issued it, and for whatever host.
    """
    context = ssl.create_default_context(cadata=trusted)
    if trusted is not None:
        context.check_hostname = False
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    with (
        socket.create_connection((host, port), timeout=PATIENCE) as connection,
        context.wrap_socket(connection, server_hostname=host) as secured,
    ):
        found = secured.getpeercert() or {}
    seconds = ssl.cert_time_to_seconds(str(found["notAfter"]))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
