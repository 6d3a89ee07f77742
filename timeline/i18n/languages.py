"""The languages of the public site and their addresses: the default at /, others below a prefix."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.encoding import escape_uri_path, iri_to_uri
from django.utils.translation import get_language, get_language_info, override, to_locale


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


@dataclass(frozen=True)
class LanguageVersion:
    """A page in one language, for links to it."""

    tag: str
    name: str
    address: str
    absolute: str
    is_current: bool
    is_default: bool


def language_versions(request: HttpRequest, query: str | None = None) -> list[LanguageVersion]:
    """Return this page in every language, with `query` (default: its own). The pages may not exist."""
    if query is None:
        query_string = request.META.get("QUERY_STRING", "")
        query = query_string and "?" + iri_to_uri(query_string)
    return [_edition(request, language, query) for language, _name in settings.LANGUAGES]


def permalink(request: HttpRequest, record: Any) -> str:
    """Return the absolute URL for citations of a record: its address in the default language."""
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
        rest = rest.partition("/")[2].lstrip("/")  # two leading slashes would lead to another site
    return get_script_prefix() + (f"{language}/" if language in _prefixed() else "") + rest


def _prefixed() -> set[str]:
    return {language for language, _name in settings.LANGUAGES} - {settings.LANGUAGE_CODE}
