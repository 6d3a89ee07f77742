"""What no page of the site can use is refused before it reaches one."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


def refuse_nul(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer 400 to a query with a NUL character, which PostgreSQL cannot hold and the admin's filters pass on."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if any("\0" in text for name, values in request.GET.lists() for text in (name, *values)):
            raise BadRequest("NUL in the query")
        return get_response(request)

    return middleware
