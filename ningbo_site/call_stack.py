"""Room for the calls of a request on the stack of Python."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Slots of 8 bytes. What is not used of them takes addresses, no memory.
STACK_SIZE = 2**14

GetResponse = Callable[[HttpRequest], HttpResponseBase]


def reserve_call_stack(get_response: GetResponse) -> GetResponse:
    """Run a request on one chunk of the stack, with as much room again as STACK_SIZE.

    CPython maps the stack in chunks of 16 KiB, and unmaps each as soon as it is empty. A loop deep in a template
    that ends at the edge of a chunk maps and unmaps one for each of its calls, thousands for a page. A frame that
    declares a large stack gets a chunk of twice its size, in which those of the request follow. Releases of CPython
    with gh-142183 keep an empty chunk, and do not need this.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        return get_response(request)

    middleware.__code__ = middleware.__code__.replace(co_stacksize=STACK_SIZE)
    return middleware
