"""The check of the certificate with which the site is reached, as a visitor's browser makes it."""

import datetime
import socket
import ssl
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from timeline.operation.checks.findings import Finding, Level

# Certificates are renewed a month before they expire, or so.
SOON = datetime.timedelta(days=14)
PORT = 443
# Seconds to wait for the server.
PATIENCE = 5


def check_certificate() -> Iterator[Finding]:
    host = next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), "")
    if not settings.SECURE_SSL_REDIRECT or not host:
        return
    remedy = _("Renew it and reload the proxy, by a timer: docs/operate/nginx.md.")
    try:
        expires = expiry(host)
    except ssl.SSLCertVerificationError as error:
        yield Finding(
            Level.ERROR,
            _("The certificate of %(host)s is not accepted by this machine: %(reason)s.")
            % {"host": host, "reason": error.verify_message},
            remedy,
        )
    except (OSError, UnicodeError) as error:
        yield Finding(
            Level.NOTICE,
            _(
                "The certificate of %(host)s was not checked: there is no TLS at port %(port)s from here (%(reason)s)."
            )
            % {"host": host, "port": PORT, "reason": error},
            _("Have it watched from outside: docs/operate/monitoring.md."),
        )
    else:
        if (left := expires - timezone.now()) < SOON:
            yield Finding(
                Level.WARNING,
                _("The certificate of %(host)s expires in %(days)s days.")
                % {"host": host, "days": left.days},
                remedy,
            )


def expiry(host: str) -> datetime.datetime:
    """Return when the certificate of this host expires. Raises OSError, and SSLCertVerificationError if it is not valid."""
    with (
        socket.create_connection((host, PORT), timeout=PATIENCE) as connection,
        ssl.create_default_context().wrap_socket(connection, server_hostname=host) as secured,
    ):
        found = secured.getpeercert() or {}
    seconds = ssl.cert_time_to_seconds(str(found["notAfter"]))
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
