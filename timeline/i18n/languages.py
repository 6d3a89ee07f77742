"""The languages of the public site, and the address of a page in each: the default at /, the others below their own name."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.translation import get_language, get_language_info, override, to_locale


def current_language() -> str:
    """The language of the page."""
    return get_language() or settings.LANGUAGE_CODE


def language_tag(language: str) -> str:
    """As HTML and HTTP name it: zh-Hans."""
    return to_locale(language).replace("_", "-")


def language_of_path(path: str) -> str:
    """The language of what stands at this path; the address alone says it, no cookie and no header."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in _prefixed() else settings.LANGUAGE_CODE


@dataclass(frozen=True)
class LanguageVersion:
    """A page in one of the languages, for the links that lead there."""

    tag: str
    name: str
    address: str
    absolute: str
    is_current: bool
    is_default: bool


def language_versions(request: HttpRequest, query: str | None = None) -> list[LanguageVersion]:
    """The page asked for in every language, with this query (by default its own), whether or not anything stands there."""
    if query is None:
        asked = request.META.get("QUERY_STRING", "")
        query = asked and "?" + iri_to_uri(asked)
    return [_edition(request, language, query) for language, _name in settings.LANGUAGES]


def permalink(request: HttpRequest, record: Any) -> str:
    """The whole address by which a record is cited, whatever the language in which it is read: that of the default one."""
    with override(settings.LANGUAGE_CODE):
        return request.build_absolute_uri(record.get_absolute_url())


def _edition(request: HttpRequest, language: str, query: str) -> LanguageVersion:
    address = escape_uri_path(_path_in(language, request.path_info)) + query
    return LanguageVersion(
        language_tag(language),
        get_language_info(language)["name_local"],
        address,
        request.build_absolute_uri(address),
        language == language_of_path(request.path_info),
        language == settings.LANGUAGE_CODE,
    )


def _path_in(language: str, path: str) -> str:
    rest = path.lstrip("/")
    if language_of_path(path) != settings.LANGUAGE_CODE:
        rest = rest.partition("/")[2].lstrip("/")  # two slashes at the beginning would lead to another site
    return get_script_prefix() + (f"{language}/" if language in _prefixed() else "") + rest


def _prefixed() -> set[str]:
    return {language for language, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
