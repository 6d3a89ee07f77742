"""Requests to a WSGI application, and applications that a test can count and stop."""

import io
from dataclasses import dataclass

from timeline.delivery.public_caching import PAGE_STATE, Moment, PageState


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def ask(application, address="/", method="GET", **environ):
    """Send a request; `environ` has what is not as usual, such as HTTP_COOKIE. Returns the answer."""
    path, _mark, query = address.partition("?")
    started = []
    given = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SCRIPT_NAME": "",
        "HTTP_HOST": "testserver",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }
    chunks = application(given | environ, lambda *arguments: started.extend(arguments))
    try:
        body = b"".join(chunks)
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    return Answer(int(started[0].split()[0]), {name.lower(): value for name, value in started[1]}, body)


class Pages:
    """An application whose pages depend on the content; it counts them and can be changed."""

    def __init__(self, content):
        self.content, self.made = content, 0
        self.status, self.headers = "200 OK", {}
        self.has_state = True
        self.before = lambda environ: None

    def __call__(self, environ, start_response):
        self.made += 1
        self.before(environ)
        body, headers = f"page {self.made}".encode(), {}
        if self.has_state and not self.content.is_away:
            state = PageState(environ["PATH_INFO"], Moment(self.content.version(), self.content.now))
            environ[PAGE_STATE] = state
            headers = {"ETag": state.etag, "Cache-Control": state.moment.cache_control}
        headers |= {
            "Content-Length": str(len(body)),
            "Content-Type": "text/html",
            "Vary": "Accept-Encoding",
            "X-Request-ID": str(self.made),
            **self.headers,
        }
        start_response(self.status, [(name, value) for name, value in headers.items() if value is not None])
        return [body]
