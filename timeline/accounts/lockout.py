"""The lockout after repeated failed logins: its page, and the limit for an IP address over all accounts.

django-axes locks an account for one address; its settings are in settings.py.
"""

import ipaddress
import math
import threading
from collections.abc import Callable

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Exists, OuterRef, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

GetResponse = Callable[[HttpRequest], HttpResponse]


def client_ip(request: HttpRequest) -> str | None:
    """Return the IP address by which failed logins are counted.

    It is an IPv4 address, or the /64 network of an IPv6 address. Behind a proxy it is the last address in
    X-Forwarded-For, which the proxy added. Clients can forge all others.
    """
    given = [request.META.get("REMOTE_ADDR", "")]
    if settings.BEHIND_PROXY:
        given.insert(0, request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2])
    for text in given:
        try:
            address = ipaddress.ip_address(text.strip())
        except ValueError:
            continue
        if isinstance(address, ipaddress.IPv4Address):
            return str(address)
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False).network_address)
    return None


def lockout_response(
    request: HttpRequest, original_response: object = None, credentials: object = None
) -> HttpResponse:
    """The response to a locked login, with the time until the next attempt."""
    seconds = settings.AXES_COOLOFF_TIME.total_seconds()
    response = render(request, "lockout.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    response["Retry-After"] = math.ceil(seconds)
    response["Cache-Control"] = "no-store"
    return response


def count_failed_logins(address: str | None) -> int:
    """Return the number of recent failed logins from this address, for any account."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def is_locked_out() -> Exists:
    """The condition on users that their log-in is locked, at least from one address."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    failures = AccessAttempt.objects.filter(
        username=OuterRef("username"),
        attempt_time__gte=since,
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
    )
    return Exists(failures)


def login_limit_middleware(get_response: GetResponse) -> GetResponse:
    """Refuse logins from an address with too many failures, before the password is hashed.

    Each failure is a row, so this also limits what an address can write. It cannot be used to lock an account
    from elsewhere: the limit of an account applies to account and address together. Logins run one at a
    time, so that every failure is counted and password hashing leaves processor time to readers.
    """
    lock = threading.Lock()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path != reverse("admin:login"):
            return get_response(request)
        with lock:
            if count_failed_logins(client_ip(request)) >= settings.LOGIN_FAILURES_PER_ADDRESS:
                return lockout_response(request)
            return get_response(request)

    return middleware
