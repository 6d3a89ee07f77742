"""The context processor of the public pages."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from timeline.models import Chronicle


def chronicle(request: HttpRequest) -> dict[str, object]:
    # Lazy: pages of the admin use this processor without the chronicle.
    return {"chronicle": SimpleLazyObject(Chronicle.objects.current)}
