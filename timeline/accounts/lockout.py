"""The lockout after repeated failed log-ins."""

import ipaddress
import math
import threading
from collections.abc import Callable
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

GetResponse = Callable[[HttpRequest], HttpResponse]


def client_ip(request: HttpRequest) -> str | None:
    """The address that failures are counted for: one IPv4 address, or the network that one IPv6 visitor has.

    Behind a proxy it is the last of X-Forwarded-For, which the proxy itself wrote; what stands before it anybody can
    invent.
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
    request: HttpRequest, original_response: Any = None, credentials: Any = None
) -> HttpResponse:
    """The page for a login that is locked, and when to come back."""
    seconds = settings.AXES_COOLOFF_TIME.total_seconds()
    response = render(request, "lockout.html", {"minutes": math.ceil(seconds / 60)}, status=429)
    response["Retry-After"] = math.ceil(seconds)
    response["Cache-Control"] = "no-store"
    return response


def count_failed_logins(address: str | None) -> int:
    """How many log-ins from this address failed of late, whatever the account."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return attempts.aggregate(failures=Sum("failures_since_start"))["failures"] or 0


def login_limit_middleware(get_response: GetResponse) -> GetResponse:
    """Refuse a log-in from an address where too many failed, before its password is hashed.

    Since each failure is a row, this also bounds what an address can write. An account cannot be locked from elsewhere by
    it: the limit of an account counts with its address. One log-in at a time: none is counted late, and hashing leaves the
    processor to readers.
    """
    turn = threading.Lock()

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or request.path != reverse("admin:login"):
            return get_response(request)
        with turn:
            if count_failed_logins(client_ip(request)) >= settings.LOGIN_FAILURES_PER_ADDRESS:
                return lockout_response(request)
            return get_response(request)

    return middleware
