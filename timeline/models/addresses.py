"""The addresses of the pages of records."""

import functools

from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

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
