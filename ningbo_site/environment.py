"""The environment as settings are read from it: a value that cannot be meant is refused under its name."""

import builtins
import os
import re
import warnings
import zoneinfo
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_YES, _NO = {"1", "true", "yes", "y", "on", "ok"}, {"", "0", "false", "no", "n", "off"}
# A host, an address in brackets, or a domain with all hosts below it; without scheme, port and path.
_HOST = re.compile(r"\*|\.?[^\s/:\[\]]+|\[[0-9a-f:.]+\]", re.IGNORECASE)
_ENGINES = {"django.db.backends.sqlite3", "django.db.backends.postgresql"}


class Environment(environ.Env):
    """The variables of the environment. All methods raise ImproperlyConfigured with the name of the variable."""

    def read_file(self, path: Path) -> None:
        """Read the variables in a file, if there is one."""
        if not path.exists():
            return
        if not os.access(path, os.R_OK):
            raise ImproperlyConfigured(
                f"{path} cannot be read by the account that runs this: chown or chmod it."
            )
        self.read_env(path)

    def bool(self, var: str, default: builtins.bool = False) -> builtins.bool:
        text = self.str(var, default="1" if default else "0").strip().lower()
        if text not in _YES | _NO:
            raise ImproperlyConfigured(f"{var} is 1 or 0, not “{text}”.")
        return text in _YES

    def int(self, var: str, default: builtins.int) -> builtins.int:
        text = self.str(var, default=str(default)).strip()
        if not re.fullmatch("[0-9]{1,15}", text, re.ASCII):
            raise ImproperlyConfigured(f"{var} is a whole number, not “{text}”.")
        return builtins.int(text)

    def hosts(self, var: str, default: list[str]) -> list[str]:
        found: list[str] = self.list(var, default=default)
        for host in found:
            if not _HOST.fullmatch(host):
                raise ImproperlyConfigured(
                    f"{var} has hosts without scheme, port and path, such as chronicle.example.org, not “{host}”."
                )
        return found

    def time_zone(self, var: str, default: str) -> str:
        name: str = self.str(var, default=default)
        if name not in zoneinfo.available_timezones():
            raise ImproperlyConfigured(f"{var} is a name like Asia/Shanghai, not “{name}”.")
        return name

    def database(self, url: str) -> dict[str, Any]:
        """The database at a URL, which is not quoted in errors: it may have a password."""
        message = "DATABASE_URL is sqlite:////folder/file or postgres://account@host/database (a socket: postgres:////var/run/postgresql/database)."
        try:
            with warnings.catch_warnings():
                # Of an engine that it does not know, with all that the URL contains.
                warnings.simplefilter("ignore")
                found = self.db_url_config(url)
        except ValueError:
            raise ImproperlyConfigured(message) from None
        if found.get("ENGINE") not in _ENGINES:
            raise ImproperlyConfigured(message)
        return found
