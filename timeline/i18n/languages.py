"""The languages of the public site and their addresses: the default at /, others below a prefix."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.translation import get_language, get_language_info, override, to_locale

from timeline.models import Chronicle, Entry
from timeline.models.reference import Reference

# The language in which a chronicle may have no pages.
ENGLISH = "en"

# What the switch of languages shows of a name; the code for others.
_SHORT_NAMES = {"zh-hans": "简", "zh-hant": "繁"}
# Open Graph knows a language only with a territory.
_OPEN_GRAPH_LOCALES = {"zh-hans": "zh_CN", "zh-hant": "zh_TW", "en": "en_GB"}


def current_language() -> str:
    """Return the active language."""
    return get_language() or settings.LANGUAGE_CODE


def language_tag(language: str) -> str:
    """Return the tag of a language for HTML and HTTP, such as zh-Hans."""
    return to_locale(language).replace("_", "-")


def language_of_path(path: str) -> str:
    """Return the language of a path. Only the path decides, neither cookies nor headers."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _prefixed() else settings.LANGUAGE_CODE


def offered_languages(chronicle: Chronicle) -> list[str]:
    """Return the languages of the public site, the default first: without English where the chronicle has none."""
    return [
        language for language, _name in settings.LANGUAGES if language != ENGLISH or chronicle.english_pages
    ]


@dataclass(frozen=True)
class LanguageVersion:
    """A page in one language, for links to it."""

    tag: str
    open_graph_locale: str
    name: str
    short_name: str
    address: str
    absolute: str
    is_current: bool
    is_default: bool


def language_versions(
    request: HttpRequest, chronicle: Chronicle, query: str | None = None
) -> list[LanguageVersion]:
    """Return this page in every language of the chronicle, with `query` (default: its own). The pages may not exist."""
    if query is None:
        query_string = request.META.get("QUERY_STRING", "")
        query = query_string and "?" + iri_to_uri(query_string)
    return _versions(request, chronicle, request.path_info, query)


def language_versions_of(request: HttpRequest, chronicle: Chronicle, address: str) -> list[LanguageVersion]:
    """Return the page with this address on the site of the request in every language of the chronicle."""
    return _versions(request, chronicle, "/" + address.removeprefix(get_script_prefix()), "")


def _versions(request: HttpRequest, chronicle: Chronicle, path: str, query: str) -> list[LanguageVersion]:
    return [_edition(request, language, path, query) for language in offered_languages(chronicle)]


def permalink(request: HttpRequest, record: Entry | Reference) -> str:
    """Return the absolute URL for citations of a record: its address in the default language."""
    with override(settings.LANGUAGE_CODE):
        return request.build_absolute_uri(record.get_absolute_url())


def permanent_address(request: HttpRequest, url_name: str) -> str:
    """Return the absolute URL for citations of a page that presents no record."""
    with override(settings.LANGUAGE_CODE):
        return request.build_absolute_uri(reverse(url_name))


def _edition(request: HttpRequest, language: str, path: str, query: str) -> LanguageVersion:
    address = escape_uri_path(_path_in(language, path)) + query
    return LanguageVersion(
        language_tag(language),
        _OPEN_GRAPH_LOCALES.get(language, to_locale(language)),
        get_language_info(language)["name_local"],
        _SHORT_NAMES.get(language, language.upper()),
        address,
        request.build_absolute_uri(address),
        language == language_of_path(path),
        language == settings.LANGUAGE_CODE,
    )


def _path_in(language: str, path: str) -> str:
    rest = path.lstrip("/")
    if language_of_path(path) != settings.LANGUAGE_CODE:
        rest = rest.partition("/")[2].lstrip("/")  # two leading slashes would lead to another site
    return get_script_prefix() + (f"{language}/" if language in _prefixed() else "") + rest


def _prefixed() -> set[str]:
    return {language for language, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
