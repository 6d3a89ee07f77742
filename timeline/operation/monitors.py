"""Who is a monitor, and may ask what visitors do not find."""

from wsgiref.types import WSGIEnvironment

# A proxy adds one of these to the request of a visitor. A monitor asks the port itself.
FORWARDING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
    "HTTP_VIA",
)


def is_of_a_monitor(environ: WSGIEnvironment) -> bool:
    """Whether a request only reads, and no proxy has passed it on."""
    return environ["REQUEST_METHOD"] in ("GET", "HEAD") and not any(name in environ for name in FORWARDING)
