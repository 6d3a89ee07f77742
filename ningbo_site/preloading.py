"""Loads all code and templates when a worker starts: it goes on with them while an upgrade replaces the files."""

import contextlib
import importlib
import pkgutil
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.template import TemplateSyntaxError, engines
from django.template.utils import get_app_template_dirs
from django.urls import get_resolver

import ningbo_site
import timeline

# What no request imports.
_NOT_SERVED = ("timeline.migrations", "timeline.management", "ningbo_site.wsgi", "ningbo_site.settings")
_SUFFIXES = {".html", ".txt", ".xml", ".svg"}


def load_everything() -> None:
    """Import every module of the site, resolve its addresses, and compile the templates of all applications."""
    for package in (timeline, ningbo_site):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.startswith(_NOT_SERVED):
                importlib.import_module(module.name)
    # Imports the modules of addresses, as the first request would.
    get_resolver().url_patterns  # noqa: B018
    if settings.DEBUG:
        return
    for name in _templates([settings.BASE_DIR / "templates"]):
        engines["django"].get_template(name)
    for name in _templates(get_app_template_dirs("templates")):
        # Some are for packages that this site lacks; none of its pages has them.
        with contextlib.suppress(TemplateSyntaxError):
            engines["django"].get_template(name)


def _templates(folders: Iterable[Path | str]) -> list[str]:
    found = ((Path(folder), path) for folder in folders for path in Path(folder).rglob("*"))
    return sorted(str(path.relative_to(folder)) for folder, path in found if path.suffix in _SUFFIXES)
