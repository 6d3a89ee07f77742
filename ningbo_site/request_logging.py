"""The id of a request in log records and error mails."""

import contextlib
import contextvars
import copy
import logging
import re
import secrets
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import LazyObject
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

from ningbo_site.database_failures import is_unavailable

logger = logging.getLogger("django.request")

# Without I, L, O and U, which are mistaken for digits or other letters when read aloud.
ID_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH = 12
PROXY_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
# Characters that control a terminal or log viewer, including Unicode line breaks and direction marks.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
# The length of an exception's message in a log line or mail. The message may contain a text of any length.
MAX_MESSAGE_LENGTH = 300

current_request: contextvars.ContextVar[HttpRequest | None] = contextvars.ContextVar(
    "current_request", default=None
)


def new_request_id(request: HttpRequest) -> str:
    """Return the id from the proxy if there is a proxy and the id is valid, or a new one."""
    proxy_id = request.headers.get("X-Request-ID", "")
    if settings.BEHIND_PROXY and PROXY_ID.fullmatch(proxy_id):
        return proxy_id
    return "".join(secrets.choice(ID_ALPHABET) for _position in range(ID_LENGTH))


def request_id_of(request: object) -> str:
    return getattr(request, "id", "-")


def identify_request(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the request an id for its log records and the header X-Request-ID.

    A streaming response runs outside all middleware and handlers, so its errors are logged here.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.id = new_request_id(request)  # type: ignore[attr-defined]
        with _as_current(request):
            response = get_response(request)
        response.headers["X-Request-ID"] = request_id_of(request)
        if isinstance(response, StreamingHttpResponse) and isinstance(response.streaming_content, Iterator):
            response.streaming_content = _logged(request, response.streaming_content)
        return response

    return middleware


@contextlib.contextmanager
def _as_current(request: HttpRequest) -> Iterator[None]:
    token = current_request.set(request)
    try:
        yield
    finally:
        current_request.reset(token)


def _logged(request: HttpRequest, content: Iterable[bytes]) -> Iterator[bytes]:
    """Yield a streaming response. Exceptions are logged here, where the request is still known."""
    chunks = iter(content)
    while True:
        with _as_current(request):
            try:
                chunk = next(chunks)
            except StopIteration:
                return
            except Exception:
                logger.exception(
                    "Streaming response broke off: %s",
                    request.path,
                    extra={"request": request, "status_code": 500},
                )
                raise
        yield chunk


# Log records


class RequestFilter(logging.Filter):
    """Add `request_id` and `user` to a record. Executes no query and raises no exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = _request_of(record)
        record.request_id = request_id_of(request)
        record.user = username_of(request)
        return True


def _request_of(record: logging.LogRecord) -> HttpRequest | None:
    # Django's development server passes its socket as `request`.
    request = getattr(record, "request", None)
    return request if isinstance(request, HttpRequest) else current_request.get()


def username_of(request: HttpRequest | None) -> str:
    """Return the name of the account if authentication has resolved it, or "-"."""
    try:
        # Login sets `request.user`. Before that it is lazy, and Django caches the
        # resolved user in `_cached_user`.
        for attribute in ("user", "_cached_user"):
            user = vars(request).get(attribute)
            # Only the type is checked: any attribute of a lazy user, even its class, would execute the query.
            if user is not None and not issubclass(type(user), LazyObject) and user.is_authenticated:
                return str(vars(user).get("username") or user.pk)
    except Exception:
        return "-"
    return "-"


def is_client_error(record: logging.LogRecord) -> bool:
    """Whether the record is about a refused request: a 4xx, or a disallowed host."""
    status = getattr(record, "status_code", None)
    return isinstance(status, int) and 400 <= status < 500


class ServerErrorFilter(logging.Filter):
    """Drop records about refused requests, which Django's security loggers report as errors."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not is_client_error(record)


class RequestFormatter(logging.Formatter):
    """Format a record as one line: time, level, request id, user, logger, message.

    An indented traceback may follow. Control characters are escaped, so that no URL, name or
    message can forge a line.
    """

    default_time_format = "%Y-%m-%dT%H:%M:%S%z"
    default_msec_format = ""

    def format(self, record: logging.LogRecord) -> str:
        level = "WARNING" if is_client_error(record) else record.levelname
        head = " ".join(
            (
                self.formatTime(record),
                level,
                _one_word(getattr(record, "request_id", "-")),
                _one_word(getattr(record, "user", "-")),
                record.name,
            )
        )
        line = f"{head} {escaped(record.getMessage())}"
        if not record.exc_info or record.exc_info[1] is None:
            return line
        if is_client_error(record):
            cause = record.exc_info[1].__cause__ or record.exc_info[1]
            is_included = escaped(first_line(str(cause))) in line
            return line if is_included else f"{line} [{exception_summary(cause)}, {raise_location(cause)}]"
        if is_unavailable(record.exc_info[1]):
            # Each request has the same reason while the database is away: tracebacks would fill the disk.
            return f"{line} [{exception_summary(record.exc_info[1])}]"
        # Only "\n" separates lines here. Other line breaks in messages are escaped.
        lines = self.formatException(record.exc_info).split("\n")
        return "\n".join([line, *(f"    {escaped(text)}" for text in lines)])


def escaped(text: str) -> str:
    return CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def _one_word(text: str) -> str:
    return escaped(text).replace(" ", "\\x20") or "-"


def raise_location(exception: BaseException) -> str:
    """Return file and line of the raise, or of the call from our own code that led to it."""
    frames = traceback.extract_tb(exception.__traceback__)
    own = [frame for frame in frames if "site-packages" not in frame.filename] or frames
    return f"{own[-1].filename}:{own[-1].lineno}" if own else "-"


def exception_summary(exception: BaseException) -> str:
    """Return the exception as one line of limited length."""
    try:
        message = str(exception)
    except Exception:
        message = ""
    return escaped(f"{type(exception).__name__}: {first_line(message)}")


def first_line(message: str) -> str:
    """Return the first line only: in the others PostgreSQL repeats the row, with the text that people typed."""
    return message.partition("\n")[0][:MAX_MESSAGE_LENGTH]


# Error mails

MAIL_THREAD = "mail about an error"


# Seconds in which one error is mailed once, and errors of all kinds at most MAX_MAILS times.
MAIL_INTERVAL, MAX_MAILS = 600, 10


class ErrorMailHandler(AdminEmailHandler):
    """Mail errors to ADMINS, with the message as one line of limited length and a report. Never raises.

    No request waits for the mail server; a process that ends does, for EMAIL_TIMEOUT at most. The same error, by its type and place, is mailed once in MAIL_INTERVAL; the log
    has each.
    """

    def __init__(self) -> None:
        super().__init__(reporter_class="ningbo_site.request_logging.ErrorReporter")
        # The monotonic times of mails by error.
        self._mailed: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if not self._is_due(record):
                return
            short = copy.copy(record)
            short.msg, short.args = escaped(first_line(record.getMessage())), ()
            super().emit(short)
        except Exception:
            self.handleError(record)

    def _is_due(self, record: logging.LogRecord) -> bool:
        now = time.monotonic()
        self._mailed = {error: at for error, at in self._mailed.items() if now - at < MAIL_INTERVAL}
        error = _place_of(record)
        if error in self._mailed or len(self._mailed) >= MAX_MAILS:
            return False
        self._mailed[error] = now
        return True

    def send_mail(self, subject: object, message: object, *args: object, **options: object) -> None:
        threading.Thread(
            target=self._send, args=(subject, message, *args), kwargs=options, name=MAIL_THREAD
        ).start()

    def _send(self, *args: Any, **options: Any) -> None:
        try:
            super().send_mail(*args, **options)
        except Exception as error:
            # Not to ADMINS, whom it could not reach.
            logging.getLogger(__name__).warning(
                "A mail about an error was not sent: %s", exception_summary(error)
            )


def _place_of(record: logging.LogRecord) -> str:
    """The type and the place of an error; of a record without one, those of the record."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return f"{record.name} {record.pathname}:{record.lineno}"
    if is_unavailable(error):
        return type(error).__name__
    return f"{type(error).__name__} {raise_location(error)}"


class ErrorReporter(ExceptionReporter):
    """The content of an error mail: only what is safe to send, and the names of everything else.

    Django's own report includes forms, environment and settings in full, except for names that look like
    secrets. Forms here contain drafts and codes, and the environment has the database password in a URL.
    """

    def get_traceback_text(self) -> str:  # type: ignore[override]
        lines = ["Traceback:", *_stack(self.exc_value)] if isinstance(self.exc_value, BaseException) else []
        request = self.request
        if request is not None:
            lines = [
                f"Request id: {request_id_of(request)}",
                f"Request: {request.method} {escaped(request.path)}",
                f"User: {escaped(username_of(request))}",
                f"Parameters: {_names(request.GET)}",
                f"Form fields: {_names(_form_read(request))}",
                f"Cookies: {_names(request.COOKIES)}",
                "",
                *lines,
            ]
        return "\n".join(lines)


def _names(values: Iterable[str]) -> str:
    return escaped(", ".join(sorted(values))[:2000]) or "-"


def _form_read(request: HttpRequest) -> Mapping[str, object]:
    """Return the form if it was parsed already.

    A report must not read a body, which may be endless or incomplete.
    """
    return vars(request).get("_post") or {}


def _stack(exception: BaseException) -> Iterator[str]:
    """Yield the traceback of the exception and its causes, the innermost first, without values of variables."""
    cause = exception.__cause__ or (None if exception.__suppress_context__ else exception.__context__)
    if cause is not None:
        yield from _stack(cause)
        yield ""
    yield from (line.rstrip("\n") for line in traceback.format_tb(exception.__traceback__))
    yield exception_summary(exception)
