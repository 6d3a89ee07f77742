"""The addresses of the pages of records."""

import functools
import re
from typing import NamedTuple

from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

from timeline.models.kinds import Kind

# No slug is one, and it stays as it is in a URL.
_SLUG = "-"


def page_of(url_name: str, slug: str) -> str:
    """Return the address of the page of the record with this slug, in the active language.

    A list has hundreds of links, so that the pattern is resolved once for each kind of page and language.
    """
    before, after = _pattern(url_name, get_language(), get_script_prefix(), get_urlconf())
    return f"{before}{slug}{after}"


@functools.cache
def _pattern(url_name: str, _language: str | None, _prefix: str, _urlconf: str | None) -> tuple[str, str]:
    """The address before and after the slug; `reverse` depends on the other arguments by itself."""
    before, _slug, after = reverse(f"timeline:{url_name}", args=[_SLUG]).rpartition(_SLUG)
    return before, after


class EntryAddress(NamedTuple):
    """The address of an entry as texts link to it: without the site and the language."""

    kind: Kind
    slug: str

    def __str__(self) -> str:
        return f"/{self.kind.folder}/{self.slug}/"


def find_entry_address(link: str) -> EntryAddress | None:
    """Return the address of an entry in a link, which may have a site, a language or a query; None if there is none."""
    folders = {kind.folder: kind for kind in Kind}
    found = re.search(rf"(?:^|/)({'|'.join(folders)})/([a-z0-9-]+)/?(?:[?#].*)?$", link)
    return EntryAddress(folders[found[1]], found[2]) if found else None
