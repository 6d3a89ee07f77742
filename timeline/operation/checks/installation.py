"""Checks of the installation: its settings, the permissions of its files, its static files."""

import os
import stat
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core import checks
from django.core.checks.security.base import SECRET_KEY_INSECURE_PREFIX
from django.http.request import validate_host
from django.utils.translation import gettext as _

from timeline.operation.checks.findings import Finding, Level
from timeline.operation.working_folders import database_file, database_folder

# Deployment checks of Django that are left out: another sentence here says the same, or it is a choice (HSTS for other
# hosts of the domain: W005, W021).
_LEFT_OUT = {f"security.W0{number}" for number in ("05", "08", "09", "12", "16", "18", "20", "21")}
_MIN_KEY_LENGTH = 50


def check_settings() -> Iterator[Finding]:
    if settings.DEBUG:
        yield Finding(
            Level.ERROR,
            _("DEBUG is on: error pages show code and settings to everybody."),
            _("Set DEBUG=0, or remove it."),
        )
    if len(settings.SECRET_KEY) < _MIN_KEY_LENGTH or settings.SECRET_KEY.startswith(
        SECRET_KEY_INSECURE_PREFIX
    ):
        yield Finding(
            Level.ERROR,
            _("SECRET_KEY is too short: sessions could be forged."),
            _(
                "Set a random one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'. Everybody has to log in again."
            ),
        )
    if settings.SECRET_KEY_FALLBACKS:
        yield Finding(
            Level.NOTICE,
            _("Former keys are still accepted, by SECRET_KEY_FALLBACKS."),
            _(
                "Remove them once the sessions and links from before have expired: docs/operate/secret-key.md."
            ),
        )
    yield from check_hosts()
    if not settings.SECURE_SSL_REDIRECT:
        yield Finding(
            Level.WARNING,
            _("HTTPS is off: passwords travel unencrypted."),
            _("On a public site remove HTTPS=0, and set BEHIND_PROXY=1 behind a proxy with a certificate."),
        )
    elif not settings.BEHIND_PROXY:
        yield Finding(
            Level.WARNING,
            _(
                "HTTPS is on, but BEHIND_PROXY is not: the server itself speaks no https, so every page would redirect for ever."
            ),
            _("Set BEHIND_PROXY=1 behind a proxy that sets X-Forwarded-Proto and X-Forwarded-For."),
        )
    # Without https there is no HSTS.
    left_out = _LEFT_OUT if settings.SECURE_SSL_REDIRECT else _LEFT_OUT | {"security.W004"}
    for message in checks.run_checks(include_deployment_checks=True):
        if message.id not in left_out and not message.is_silenced():
            yield Finding(
                Level.ERROR if message.is_serious() else Level.WARNING,
                f"{message.id}: {message.msg}",
                str(message.hint or _("See the documentation of Django under this number.")),
            )


def check_hosts() -> Iterator[Finding]:
    """Whether the site answers to the hosts of its address, and to no others."""
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Finding(
            Level.ERROR,
            _("ALLOWED_HOSTS does not name the hosts of the site."),
            _("Set ALLOWED_HOSTS to the host in the address of the site."),
        )
        return
    host = urlsplit(settings.SITE_URL).hostname
    if host and not validate_host(host, settings.ALLOWED_HOSTS):
        yield Finding(
            Level.ERROR,
            _(
                "ALLOWED_HOSTS does not have %(host)s, the host of SITE_URL: its visitors are answered with 400."
            )
            % {"host": host},
            _("Add %(host)s to ALLOWED_HOSTS, or correct SITE_URL.") % {"host": host},
        )


def check_permissions() -> Iterator[Finding]:
    env = settings.BASE_DIR / ".env"
    private = [env] if env.is_file() else []
    if (folder := database_folder()) is not None:
        path = database_file()
        private += [one for one in (path, *folder.glob(f"{path.name}-*")) if one.is_file()]
        if not os.access(folder, os.W_OK | os.X_OK):
            yield Finding(
                Level.ERROR,
                _("The folder of the database, %(folder)s, cannot be written by this account.")
                % {"folder": folder},
                _("chown it to the account that runs the server; SQLite writes files beside its database."),
            )
    for file in private:
        if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Finding(
                Level.WARNING,
                _("Other accounts of this machine can read %(file)s.") % {"file": file},
                f"chmod 600 {file}",
            )
        if not os.access(file, os.R_OK | os.W_OK):
            yield Finding(
                Level.ERROR,
                _("%(file)s cannot be read and written by this account.") % {"file": file},
                _("chown it to the account that runs the server, and run the commands as that account."),
            )
    if os.geteuid() == 0:
        yield Finding(
            Level.WARNING,
            _("This command runs as root. Files that it creates may be out of reach of the server."),
            _("Run the server and the commands as an account of their own."),
        )


def check_static_files() -> Iterator[Finding]:
    try:
        collected = getattr(staticfiles_storage, "hashed_files", None)
    except ValueError:  # The manifest is damaged.
        collected = {}
    if collected is None:
        return
    missing = [
        path
        for finder in finders.get_finders()
        for path, _storage in finder.list([])
        if path not in collected
    ]
    if missing:
        yield Finding(
            Level.ERROR,
            _("%(count)s static files are not collected, such as %(name)s: pages that need them fail.")
            % {"count": len(missing), "name": missing[0]},
            "manage.py collectstatic --noinput",
        )
