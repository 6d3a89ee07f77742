"""The room of a request on the stack of Python."""

import resource

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path

from ningbo_site import urls

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]

CALLS = 500


def leaf() -> None:
    pass


def page_faults(depth: int) -> int:
    """The number of pages of memory that calls at this depth make the system provide."""
    if depth:
        return page_faults(depth - 1)
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(CALLS):
        leaf()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def call_at_depths(request: HttpRequest) -> HttpResponse:
    # Some of these depths is at the edge of a chunk of 16 KiB.
    return HttpResponse(str(max(page_faults(depth) for depth in range(300))))


urlpatterns = [path("calls/", call_at_depths), *urls.urlpatterns]


def test_no_depth_of_calls_in_a_request_maps_memory_for_each_call(client):
    assert int(client.get("/calls/").content) < CALLS / 2
