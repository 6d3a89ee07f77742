"""The settings of an installation without its secrets, as a file like `.env`."""

import os
import re
from pathlib import Path

from django.conf import settings
from django.views.debug import SafeExceptionReporterFilter

# URLs that may have a password.
_URLS = ("DATABASE_URL", "CACHE_URL", "EMAIL_URL")
_LEFT_OUT = "# Left out, or without its secret: "


def names() -> list[str]:
    """Return the names of all settings: those of .env.example."""
    text = (settings.BASE_DIR / ".env.example").read_text(encoding="utf-8")
    return re.findall(r"^([A-Z_]+)=", text, re.M)


def without_secrets() -> dict[str, str]:
    """Return the settings that are set and may be shown: no keys, and URLs without their passwords."""
    given = {name: os.environ[name] for name in names() if os.environ.get(name)}
    return {
        name: without_password(value) if name in _URLS else value
        for name, value in given.items()
        if not _is_secret(name)
    }


def secrets() -> list[str]:
    """Return the names of the settings that are set and have a secret, as a whole or in part."""
    shown = without_secrets()
    return [name for name in names() if os.environ.get(name) and shown.get(name) != os.environ[name]]


def without_password(url: str) -> str:
    """Return a URL without its password and its parameters, which may have one too."""
    # Not parsed: a password that is not escaped would be taken for another part.
    scheme, mark, rest = url.partition("://")
    rest = rest if "@" in rest else rest.partition("?")[0]
    account, at, host = rest.rpartition("@")
    return f"{scheme}{mark}{account.partition(':')[0]}{at}{host.partition('?')[0]}"


def write(path: Path) -> None:
    """Write the settings. Where secrets were left out, a comment names them."""
    lines = [f"{_LEFT_OUT}{name}" for name in secrets()]
    lines += [f"{name}={' '.join(value.splitlines())}" for name, value in without_secrets().items()]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def read(path: Path) -> tuple[dict[str, str], list[str]]:
    """Return the settings in a file that `write` has written, and the names of those that have to be completed."""
    lines = path.read_text(encoding="utf-8").splitlines()
    secret = [line.removeprefix(_LEFT_OUT) for line in lines if line.startswith(_LEFT_OUT)]
    return dict(line.split("=", 1) for line in lines if not line.startswith("#") and "=" in line), secret


def _is_secret(name: str) -> bool:
    return SafeExceptionReporterFilter.hidden_settings.search(name) is not None
