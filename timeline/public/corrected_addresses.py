"""Addresses that people guess or mistype, corrected: other names of languages, kinds as folders, capital letters."""

from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, get_script_prefix, resolve, reverse
from django.utils.translation import get_supported_language_variant, override

from timeline.filters.entries import query_string
from timeline.i18n.languages import current_language, offered_languages
from timeline.models import Chronicle, Kind, Phase

_APP = "timeline"


def corrected_address(request: HttpRequest) -> str:
    """The address of the page that is meant by one without a page; "" if there is none either.

    A language may have any name that Django knows it by. The folder of a kind is the list of its entries; that of phases, which have no list of their own, is the timeline.
    """
    first, _slash, rest = request.path_info.lstrip("/").partition("/")
    language = _language(first)
    with override(language or current_language()):
        front = reverse(f"{_APP}:timeline")
        if not language:
            rest = request.path_info.lstrip("/")
        path = rest.lower().strip("/")
        for kind in Kind:
            if path == kind.folder and not _exists(f"{front}{path}/"):
                return f"{front}{query_string([('kind', kind.value)])}#list"
        if path == Phase.PLURAL:
            return f"{front}#list"
        address = f"{front}{path}/" if path else front
        if address == request.path or not _exists(address):
            return ""
        query = request.GET.urlencode()
        return f"{address}?{query}" if query else address


def _language(name: str) -> str:
    """The language of the site with this name, whatever its case; "" if the chronicle has no pages in it."""
    try:
        language = get_supported_language_variant(name.lower())
    except LookupError:
        return ""
    return language if language in offered_languages(Chronicle.objects.current()) else ""


def _exists(address: str) -> bool:
    """Whether the public site has this page, whose record, if it is of one, is or was public."""
    try:
        match = resolve("/" + address.removeprefix(get_script_prefix()))
    except Resolver404:
        return False
    if match.app_name != _APP:
        return False
    if "slug" not in match.kwargs:
        return True
    view: Any = match.func
    model = view.view_initkwargs.get("model") or view.view_class.model
    return bool(model._default_manager.published_or_ended().filter(slug=match.kwargs["slug"]).exists())
