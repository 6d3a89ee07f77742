"""What every public page shows: whose chronicle this is."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from timeline.models import Chronicle


def chronicle(request: HttpRequest) -> dict[str, object]:
    # Lazy: the admin's pages go through here too and ask for nothing.
    return {"chronicle": SimpleLazyObject(Chronicle.objects.current)}
