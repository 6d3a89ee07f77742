"""What no page can use is refused before it reaches one, and what an editor typed outlives a lapsed login."""

from collections.abc import Callable

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core import signing
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to a query with a NUL character, which PostgreSQL cannot hold and the admin's filters pass on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if any("\0" in text for name, values in request.GET.lists() for text in (name, *values)):
            raise BadRequest("NUL in the query")
        return get_response(request)

    return middleware


KEPT = "_kept"


def keep_typed(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Keep the text of a form of the desk that was sent after the login had lapsed.

    Instead of losing it in the redirect to the login, the page that asks for the login carries it along, signed; after
    the login the editor sends it on by a button.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        login = reverse("admin:login")
        if request.method != "POST" or not request.path.startswith(reverse("admin:index")):
            return response
        if request.path == login and KEPT in request.POST:
            return _after_login(request, response, request.POST[KEPT])
        sent_to_login = response.status_code == 302 and response["Location"].startswith(login)
        match = request.resolver_match
        is_form = match is not None and str(match.url_name).endswith(("_add", "_change"))
        if sent_to_login and is_form and not request.user.is_authenticated and not request.FILES:
            fields = [
                (name, value)
                for name, values in request.POST.lists()
                for value in values
                if name != "csrfmiddlewaretoken"
            ]
            kept = signing.dumps(
                {"path": request.get_full_path(), "fields": fields}, salt=KEPT, compress=True
            )
            return _ask(request, kept, AdminAuthenticationForm(request))
        return response

    return middleware


def _ask(request: HttpRequest, kept: str, form: AdminAuthenticationForm) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "kept": kept,
        "form": form,
        "login": reverse("admin:login"),
    }
    return render(request, "admin/kept_login.html", context, status=403)


def _after_login(request: HttpRequest, response: HttpResponse, kept: str) -> HttpResponse:
    try:
        typed = signing.loads(kept, salt=KEPT)
    except signing.BadSignature:
        return response
    if response.status_code == 302:
        context = {**admin.site.each_context(request), **typed}
        return _with_cookies(render(request, "admin/kept_continue.html", context), response)
    if response.status_code == 200:
        return _with_cookies(
            _ask(request, kept, AdminAuthenticationForm(request, data=request.POST)), response
        )
    return response


def _with_cookies(page: HttpResponse, response: HttpResponse) -> HttpResponse:
    page.cookies.update(response.cookies)
    return page
