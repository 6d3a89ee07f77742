"""What was typed at the desk and refused on its way (login lapsed, code owed, token of an older login) is kept.

It is held in one way: signed, in the page that answers. That page asks for the login or the code that is missing, the
pages after it carry it along, and the last one shows where it goes and what it says, and sends it on by a button. So a
POST from elsewhere has no effect by itself, whoever is logged in.

Whose it is: the account of the session that the request came with, told by the session even after it has run out or
lets nobody in any more. Only that account is shown it and may send it on. Where no session tells (the browser dropped
its cookie, or somebody logged out), it is nobody's: whoever signs in next, in that very page, may go on. The page itself
goes to nobody but the browser that sent the text, and is not cached; it is signed, not secret from who sits there.

Only the desk's own pages are kept (those named timeline_…). Passwords and codes are typed on others, and never are.
"""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import Resolver404, resolve, reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure

from timeline.signing_in import ask_for_code, lacks_second_factor

Answer = Callable[[HttpRequest], HttpResponse]

KEPT = "_kept"
# What the script asks for in passing: the form beside it still holds what was typed.
ANSWERS = ("timeline_markdown", "timeline_partial_date")
# What forms send of their own accord, beside what people type.
COUNTS = ("-TOTAL_FORMS", "-INITIAL_FORMS", "-MIN_NUM_FORMS", "-MAX_NUM_FORMS")


def keep_typed(get_response: Answer) -> Answer:
    """Answer a form of the desk that is sent to the login, or to the code, with that page and the form in it.

    Stands above what sends there, and below what knows the session, the account and the messages.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path.startswith(reverse("admin:index")):
            return get_response(request)
        # Asked now: who is turned away for good loses the session, too.
        request.typed_by = _account_of_session(request)  # type: ignore[attr-defined]
        if _asks(request):
            return _on_the_way(request, get_response)
        response = get_response(request)
        asks = (reverse("admin:login"), reverse("second-factor"))
        if response.status_code == 302 and urlsplit(response["Location"]).path in asks:
            return _go_on(request, _typed(request), response)
        return response

    return middleware


def token_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form whose token is of an older login, as after a new login in another tab.

    Where the browser does not say from where it comes, it is kept only for who is logged in.
    """
    refusal = csrf_failure(request, reason)
    if request.method != "POST" or not (_sent_from(request) or request.user.is_authenticated):
        return refusal
    return _go_on(request, _carried(request) if _asks(request) else _typed(request), refusal)


def _on_the_way(request: HttpRequest, get_response: Answer) -> HttpResponse:
    """The login or the code is given; what the page carries stays with it until that is right."""
    typed = _carried(request)
    if typed is None:
        return get_response(request)
    given = {"username", "code"} & set(request.POST)
    code_is_known = request.path == reverse("second-factor") and _is_let_in(request.user)
    if not given or code_is_known:
        # From a page that only leads back, as that of the lockout; or the code was given in another tab.
        return _go_on(request, typed, HttpResponseRedirect(reverse("admin:index")))
    request.kept = request.POST[KEPT]  # type: ignore[attr-defined]
    response = get_response(request)
    if response.status_code == 302:
        page = _go_on(request, typed, response)
        page.cookies.update(response.cookies)
        return page
    if isinstance(response, TemplateResponse) and request.path == reverse("admin:login"):
        # The login's own form: bound once more it would try the password once more.
        return _ask_for_login(request, (response.context_data or {})["form"])
    return response


def _go_on(request: HttpRequest, typed: dict[str, Any] | None, otherwise: HttpResponse) -> HttpResponse:
    """The page that is next for what was typed: login, code, or the button; `otherwise` where there is nothing to keep."""
    if typed is None:
        return otherwise
    user: Any = request.user
    if not user.is_authenticated:
        user = getattr(request, "known_by_password", user)
    request.kept = signing.dumps(typed, salt=KEPT, compress=True)  # type: ignore[attr-defined]
    if not user.is_authenticated:
        return _ask_for_login(request, AdminAuthenticationForm(request))
    if not (user.is_active and user.is_staff):
        return otherwise
    if typed["by"] not in (None, str(user.pk)):
        messages.warning(
            request, _("What was typed on that page belongs to another account and was not handed on.")
        )
        return HttpResponseRedirect(reverse("admin:index"))
    if lacks_second_factor(user):
        request.user, request.known_by_password = AnonymousUser(), user  # type: ignore[attr-defined]
        return _answer(request, ask_for_code(request, user))
    shown, silent = _in_words(typed)
    context = {
        **admin.site.each_context(request),
        **typed,
        "noun": _noun(typed),
        "shown": shown,
        "silent": silent,
    }
    return _answer(request, render(request, "admin/kept_continue.html", context))


def _is_let_in(user: Any) -> bool:
    return user.is_authenticated and not lacks_second_factor(user)


def _ask_for_login(request: HttpRequest, form: AdminAuthenticationForm) -> HttpResponse:
    context = {**admin.site.each_context(request), "form": form, "login": reverse("admin:login")}
    return _answer(request, render(request, "admin/kept_login.html", context))


def _answer(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    """The page, which is no success where the form itself was refused, and is stored nowhere."""
    if not _asks(request):
        page.status_code = 403
    add_never_cache_headers(page)
    return page


# What is kept


def _asks(request: HttpRequest) -> bool:
    """Whether this is one of the pages that carry a form along while they ask for something else."""
    return request.path in (reverse("admin:login"), reverse("second-factor"))


def _typed(request: HttpRequest) -> dict[str, Any] | None:
    """The form that this request sends, and whose it is; None where it is none of the desk's own, or not from here."""
    if _sent_from(request) not in ("", request.get_host()):
        return None
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return None
    name = str(match.url_name)
    if match.namespaces != ["admin"] or not name.startswith("timeline_") or name in ANSWERS:
        return None
    return {
        "path": request.get_full_path(),
        "page": name,
        "fields": [
            (name, value)
            for name, values in request.POST.lists()
            for value in values
            if name not in ("csrfmiddlewaretoken", KEPT)
        ],
        # A file cannot be carried; the page asks for it again.
        "files": [(name, file.name) for name, files in request.FILES.lists() for file in files],
        "by": request.typed_by,  # type: ignore[attr-defined]
    }


def _carried(request: HttpRequest) -> dict[str, Any] | None:
    """What an earlier page of these gave this one to carry."""
    try:
        return signing.loads(request.POST.get(KEPT, ""), salt=KEPT)
    except signing.BadSignature:
        return None


def _account_of_session(request: HttpRequest) -> str | None:
    """The account of the session that the request came with, or of the one that has run out and still lies there."""
    known = request.session.get(SESSION_KEY)
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if known is None and key:
        former = Session.objects.filter(session_key=key).first()
        known = former.get_decoded().get(SESSION_KEY) if former else None
    return known


def _sent_from(request: HttpRequest) -> str:
    """The host of the page that sent the form, as the browser says; "" where it does not."""
    said = request.headers.get("Origin", request.headers.get("Referer", ""))
    try:
        return urlsplit(said).netloc or said
    except ValueError:
        return said


# How it is shown


def _noun(typed: dict[str, Any]) -> str:
    """What the page is about: a policy, a topic …"""
    model = _model(typed)
    return str(model._meta.verbose_name) if model else ""


def _in_words(typed: dict[str, Any]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """What people typed, under the names they know, and what the form sends besides."""
    fields: Iterable[tuple[str, str]] = typed["fields"]
    shown, silent = [], []
    for name, value in fields:
        if name.startswith("_") or name.endswith(COUNTS):
            silent.append((name, value))
        elif value:
            shown.append((_label(typed, name), value))
    return shown, silent


def _label(typed: dict[str, Any], name: str) -> str:
    model = _model(typed)
    try:
        field: Any = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        field = None
    return str(getattr(field, "verbose_name", name))


def _model(typed: dict[str, Any]) -> Any:
    try:
        return apps.get_model("timeline", typed["page"].split("_")[1])
    except LookupError:
        return None
