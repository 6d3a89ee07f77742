"""The export of the public site to a folder: one state of the content, whole or not at all."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from timeline.delivery import due_copies, release
from timeline.delivery.snapshot.addresses import (
    former_addresses,
    path_in_snapshot,
    start_addresses,
)
from timeline.delivery.snapshot.nginx import common_headers, configuration
from timeline.delivery.snapshot.rendering import Rendered, Renderer, SnapshotError, rendering
from timeline.delivery.snapshot.storage import LockedError, SnapshotFolder
from timeline.models import content_version

# How often everything is rendered anew because the content changed meanwhile.
ROUNDS = 3
# The files of a state beside its pages.
NGINX, REDIRECTS, GONE, IDENTITY = "nginx.conf", "redirects.tsv", "gone.txt", "state.json"

# Takes the number of addresses that were rendered, and of those known so far.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Snapshot:
    """What an export wrote: the number of files, of those that are new or changed, and of other addresses.

    `broken` maps addresses that pages link to, and that have no page, to the status of the response.
    """

    files: int
    changed: int
    redirects: int
    gone: int
    broken: dict[str, int]


def valid_site_url(given: str) -> str:
    """Return the address of the site without a slash at the end; by default, of the first host it may have.

    Raises SnapshotError.
    """
    if settings.FORCE_SCRIPT_NAME:
        raise SnapshotError(
            _("The site is below a path, FORCE_SCRIPT_NAME: as files it can only be at the root of its host.")
        )
    if not given:
        hosts = [host for host in settings.ALLOWED_HOSTS if host[:1] not in ("*", ".")]
        if not hosts:
            raise SnapshotError(_("ALLOWED_HOSTS names no host: name the address of the site with --url."))
        given = f"{'https' if settings.SECURE_SSL_REDIRECT else 'http'}://{hosts[0]}"
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise SnapshotError(_("--url is an address without a path: https://chronicle.example.org"))
    return f"{parts.scheme}://{parts.netloc}"


def export(
    path: Path, site_url: str, *, processes: int = 1, progress: Progress = lambda done, known: None
) -> Snapshot | None:
    """Write the public site to a folder, as it is at `site_url`. Returns None if the folder has this state.

    Visitors get the former state until the new one is complete. Raises SnapshotError.
    """
    folder = SnapshotFolder(path)
    try:
        with folder.locked():
            folder.remove_other_states()
            try:
                return _export(folder, site_url, processes, progress)
            finally:
                folder.remove_other_states()
    except LockedError:
        raise SnapshotError(_("Another export is writing to %(folder)s.") % {"folder": path}) from None


def _export(folder: SnapshotFolder, site_url: str, processes: int, progress: Progress) -> Snapshot | None:
    former = folder.current
    for _round in range(ROUNDS):
        state = folder.new_state()
        renderer = Renderer(site_url, state, former)
        headers = _headers_of_start_page(renderer)
        identity = _identity(site_url, headers)
        if former is not None and json.loads((former / IDENTITY).read_text(encoding="utf-8")) == identity:
            return None
        rendered = _crawl(renderer, processes, progress)
        if _identity(site_url, headers) == identity:
            snapshot = _write_lists(folder, state, site_url, headers, rendered)
            (state / IDENTITY).write_text(json.dumps(identity, indent=1), encoding="utf-8")
            folder.publish(state)
            return snapshot
    raise SnapshotError(
        _(
            "The content changed while it was exported, %(times)s times; nothing was changed. Please try again."
        )
        % {"times": ROUNDS}
    )


def _headers_of_start_page(renderer: Renderer) -> dict[str, str]:
    with translation.override(settings.LANGUAGE_CODE):
        status, headers = renderer.headers(reverse("timeline:timeline"))
    if status != 200:
        raise SnapshotError(
            _(
                "%(url)s is no address of this site (status %(status)s): its host must be in ALLOWED_HOSTS, and it "
                "begins with https:// unless HTTPS is off."
            )
            % {"url": renderer.site_url, "status": status}
        )
    return headers


def _identity(site_url: str, headers: Mapping[str, str]) -> dict[str, object]:
    """All that the pages depend on. Two exports with the same identity are the same."""
    content_version.forget()
    return {
        "url": site_url,
        "headers": common_headers(headers),
        "release": release.running().identifier,
        "content": due_copies.current_version().identifier,
        "day": str(timezone.localdate()),
    }


def _crawl(renderer: Renderer, processes: int, progress: Progress) -> dict[str, Rendered]:
    """Render every address that is known or found on a page, by address."""
    rendered: dict[str, Rendered] = {}
    waiting = {*start_addresses(), *former_addresses()}
    with rendering(renderer, processes) as render_all:
        while waiting:
            found: set[str] = set()
            known = len(rendered) + len(waiting)
            for one in render_all(sorted(waiting)):
                rendered[one.address] = one
                found |= one.links
                progress(len(rendered), known)
            waiting = found - rendered.keys()
    return rendered


def _write_lists(
    folder: SnapshotFolder,
    state: Path,
    site_url: str,
    headers: Mapping[str, str],
    rendered: Mapping[str, Rendered],
) -> Snapshot:
    pages = [rendered[address] for address in sorted(rendered)]
    redirects = {
        one.path: path_in_snapshot(one.headers["Location"]) or site_url + one.headers["Location"]
        for one in pages
        if one.status == 301
    }
    gone = [one.path for one in pages if one.status == 410]
    lines = [f"{path}\t{target}\n" for path, target in redirects.items()]
    (state / REDIRECTS).write_text("".join(lines), encoding="utf-8")
    (state / GONE).write_text("".join(f"{path}\n" for path in gone), encoding="utf-8")
    text = configuration(site_url, folder.link, headers, pages, redirects)
    (state / NGINX).write_text(text, encoding="utf-8")
    written = [one for one in pages if one.is_written]
    return Snapshot(
        files=len(written),
        changed=sum(one.is_new for one in written),
        redirects=len(redirects),
        gone=len(gone),
        broken={one.address: one.status for one in pages if one.is_broken},
    )
