"""The addresses of the site in a snapshot: the file of each, and the links between them."""

import functools
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.conf import settings
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import translation

from timeline.i18n.languages import language_of_path, offered_languages
from timeline.models import REFERENCES, Chronicle, Entry
from timeline.models.named import FormerAddress
from timeline.models.reference import Reference
from timeline.public import urls
from timeline.public.sitemaps import sitemap_parts
from timeline.public.views.site_files import security_contacts

# The page of each language for addresses that do not exist. Static hosts know a file of this name.
NOT_FOUND = "404.html"
# The last part of the address of the picture of a page.
PICTURE = "preview.png"

# Paths that need no quoting, neither as names of files nor in the configuration of a server.
_PATH = re.compile(r"(?:/(?:\.well-known|[0-9A-Za-z_-][0-9A-Za-z_.-]*))*/?")
_PAGE = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*")
_LINK = re.compile(r'(<[a-zA-Z][^<>]*?\s(?:href|src)=")([^"]*)')
# The picture of the preview of a link, which only its absolute address names.
_PICTURE = re.compile(r'<meta property="og:image" content="([^"]*)"')
# Nothing in it works without the server.
_SEARCH = re.compile(r"<search\b.*?</search>", re.S)
_IN_ASSETS = {
    "text/css": re.compile(r"""(?:url\(|@import\s)\s*["']?([^"')\s]+)"""),
    "text/javascript": re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']"""),
}


@dataclass(frozen=True)
class SnapshotPage:
    """A page as it is in a snapshot, and the addresses of the site that it links to."""

    html: str
    addresses: set[str]


def start_addresses() -> Iterator[str]:
    """The addresses from which every other one is reached: files for machines, pages without a record, and those of each
    public record."""
    yield from _site_files()
    records = [record for records in _public_records() for record in records]
    languages = offered_languages(Chronicle.objects.current())
    for language in languages:
        with translation.override(language):
            for pattern in urls.urlpatterns:
                if not pattern.pattern.converters:
                    yield reverse(f"{urls.app_name}:{pattern.name}")
            for record in records:
                yield record.get_absolute_url()
            yield reverse("timeline:timeline") + NOT_FOUND


def _site_files() -> Iterator[str]:
    """The files for machines that there are."""
    for pattern in urls.site_urlpatterns:
        if not pattern.pattern.converters and (pattern.name != "security" or security_contacts()):
            yield reverse(f"{urls.site_name}:{pattern.name}")
    yield from (part.address for part in sitemap_parts())


def former_addresses() -> Iterator[str]:
    """The addresses that public records once had, in every language."""
    languages = offered_languages(Chronicle.objects.current())
    for records in _public_records():
        former = FormerAddress.objects.for_model(records.model)
        found = records.in_bulk([*former.values_list("record", flat=True)])
        for slug, key in former.values_list("slug", "record"):
            if key not in found:
                continue
            for language in languages:
                with translation.override(language):
                    name = resolve(found[key].get_absolute_url()).view_name
                    yield reverse(name, args=[slug])


def _public_records() -> list[QuerySet[Entry] | QuerySet[Reference]]:
    """The records with a public page, as one queryset for each table of slugs."""
    entries = Entry.objects.published_or_ended().only("kind", "slug")
    references = (model._default_manager.published_or_ended().only("slug") for model in REFERENCES)
    return [entries, *references]


@functools.lru_cache(maxsize=2**17)
def path_in_snapshot(address: str) -> str | None:
    """Return the path of an address (path and query) in a snapshot; None if only the server can answer it.

    A page of a list has a folder of its own: /?page=2 is /page-2/. The feed is a file, since servers take the
    index of a folder for HTML. Any other parameter needs the server.
    """
    parts = urlsplit(address)
    path, pairs = parts.path, parse_qsl(parts.query, keep_blank_values=True)
    if not _PATH.fullmatch(path) or not _is_public(path):
        return None
    if not pairs:
        return f"{path}index.xml" if path.endswith("/feed/") else path
    (name, page), *others = pairs
    if others or name != "page" or not _PAGE.fullmatch(page) or not path.endswith("/"):
        return None
    return f"{path}page-{page}/"


def _is_public(path: str) -> bool:
    if path.startswith(settings.STATIC_URL) or path.rpartition("/")[2] == NOT_FOUND:
        return True
    with translation.override(language_of_path(path)):
        try:
            return not urls.IN_SNAPSHOT.isdisjoint(resolve(path).app_names)
        except Resolver404:
            return False


def file_name(path: str) -> str:
    """Return the file of a path in a snapshot, relative to its root."""
    return (f"{path}index.html" if path.endswith("/") else path).removeprefix("/")


def page_in_snapshot(page: str, address: str, site_url: str) -> SnapshotPage:
    """Return a page of the site as it is in a snapshot.

    Links to what is in the snapshot lead to its files, links to anything else on the site lead to the server at
    `site_url`. In place of search and filter, a link leads to the same page there.
    """
    found: set[str] = set()

    def linked(link: re.Match[str]) -> str:
        target = html.unescape(link[2])
        if not target or target.startswith("#") or urlsplit(target).scheme or target.startswith("//"):
            return link[0]
        whole, hash_sign, fragment = urljoin(address, target).partition("#")
        path = path_in_snapshot(whole)
        if path is None:
            path = site_url + whole
        else:
            found.add(whole)
        return link[1] + html.escape(path + hash_sign + fragment)

    if _SEARCH.search(page):
        with translation.override(language_of_path(address)):
            notice = render_to_string("timeline/_needs_server.html", {"live_url": site_url + address})
        page = _SEARCH.sub(lambda _search: notice.strip(), page)
    for picture in map(html.unescape, _PICTURE.findall(page)):
        if picture.startswith(f"{site_url}/"):
            found.add(picture.removeprefix(site_url))
    return SnapshotPage(_LINK.sub(linked, page), found)


def addresses_in_asset(content_type: str, text: str, address: str) -> set[str]:
    """Return the addresses of the files that a style sheet or script loads."""
    if (loading := _IN_ASSETS.get(content_type)) is None:
        return set()
    targets = {urljoin(address, target).partition("#")[0] for target in loading.findall(text)}
    return {target for target in targets if path_in_snapshot(target) is not None}
