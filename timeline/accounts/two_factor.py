"""Two-factor authentication of staff: registration of an authenticator, codes, backup codes."""

import functools
from base64 import b32encode
from collections.abc import Callable
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe
from django_otp import login as trust_session
from django_otp import verify_token
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from timeline.models import Chronicle

BACKUP_CODES = 10

GetResponse = Callable[[HttpRequest], HttpResponse]


def has_second_factor(user: AbstractUser) -> bool:
    """Whether this user has registered an authenticator. Backup codes alone do not count."""
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def user_has_second_factor() -> Exists:
    """The condition on users that they have registered an authenticator."""
    return Exists(TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True))


def needs_second_factor(user: AbstractUser | AnonymousUser) -> bool:
    """Whether this user has entered a password but no code yet, or must still register an authenticator."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return False
    if _has_entered_code(user):
        return False
    return settings.REQUIRE_SECOND_FACTOR or has_second_factor(user)


def _has_entered_code(user: AbstractUser) -> bool:
    """Whether this user has entered a code in this session."""
    # Who logged in during this very request has not got the attribute yet.
    return getattr(user, "otp_device", None) is not None


def second_factor_middleware(get_response: GetResponse) -> GetResponse:
    """Treat staff without their second factor as anonymous; in the admin, redirect them to enter it.

    `request.password_user` is the user who logged in with a password, for the pages that ask for the code.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        known = request.user
        request.password_user = known  # type: ignore[attr-defined]
        needs_code = functools.cache(functools.partial(needs_second_factor, known))
        # Lazy: a public page that ignores the user reads neither the session nor the database.
        trusted: Any = SimpleLazyObject(lambda: AnonymousUser() if needs_code() else known)
        request.user = trusted
        if request.path == reverse("admin:logout"):
            request.user = known
        elif (
            request.path.startswith(reverse("admin:index"))
            and request.path not in _exempt_paths()
            and needs_code()
        ):
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('second-factor')}?{query}")
        return get_response(request)

    return middleware


def _exempt_paths() -> set[str]:
    pages = ("admin:login", "admin:jsi18n", "second-factor", "second-factor-image")
    return {reverse(page) for page in pages}


def _staff(request: HttpRequest) -> AbstractUser | None:
    """Return the user who logged in with a password, even without a code, or None.

    Raises PermissionDenied if the user is not staff.
    """
    user: AbstractUser | AnonymousUser = request.password_user  # type: ignore[attr-defined]
    if not user.is_authenticated:
        return None
    if not (user.is_active and user.is_staff):
        raise PermissionDenied
    return user


@never_cache
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for a code, register an authenticator if there is none, or show the settings."""
    user = _staff(request)
    if user is None:
        login = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('admin:login')}?{login}")
    if _has_entered_code(user):
        return _page(
            request, "settled", mandatory=settings.REQUIRE_SECOND_FACTOR, codes_left=_codes_left(user)
        )
    error = ""
    if request.method == "POST":
        code = "".join(request.POST.get("code", "").split())
        if not has_second_factor(user):
            if _pair(request, _unconfirmed_device(user), code):
                return _page(request, "codes", codes=_new_backup_codes(user), next=_next(request))
        elif _verify(request, user, code):
            return redirect(_next(request))
        error = _(
            "This code is not right, or was used before. After several wrong ones you have to wait a little."
        )
    paired = has_second_factor(user)
    step = "ask" if paired else "pair"
    key = "" if paired else _readable_key(_unconfirmed_device(user))
    return _page(
        request, step, key=key, error=error, next=_next(request), mandatory=settings.REQUIRE_SECOND_FACTOR
    )


@never_cache
@require_safe
def second_factor_image(request: HttpRequest) -> HttpResponse:
    """Show the QR code during registration. Afterwards the key is never shown again."""
    user = _staff(request)
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first() if user else None
    if user is None or device is None or has_second_factor(user):
        raise Http404
    image = BytesIO()
    segno.make(_pairing_address(device, request), micro=False).save(
        image, kind="svg", omitsize=True, light="white"
    )
    return HttpResponse(image.getvalue(), content_type="image/svg+xml")


@never_cache
def new_backup_codes(request: HttpRequest) -> HttpResponse:
    """Create ten backup codes for a user who has entered a code in this session, and invalidate the old ones."""
    if request.method != "POST":
        return redirect("second-factor")
    user = _verified(request)
    return _page(request, "codes", codes=_new_backup_codes(user), next=reverse("admin:index"))


@never_cache
def remove_second_factor(request: HttpRequest) -> HttpResponse:
    """Remove the second factor, unless it is mandatory."""
    if request.method != "POST":
        return redirect("second-factor")
    user = _verified(request)
    if settings.REQUIRE_SECOND_FACTOR:
        raise PermissionDenied
    reset_second_factor(user)
    return redirect("admin:index")


def reset_second_factor(user: AbstractUser) -> int:
    """Remove a user's authenticator and backup codes, as for a lost telephone. Returns the number of devices."""
    with transaction.atomic():
        return sum(
            model.objects.filter(user=user).delete()[1].get(model._meta.label, 0)
            for model in (StaticDevice, TOTPDevice)
        )


def _verified(request: HttpRequest) -> AbstractUser:
    user = _staff(request)
    if user is None or not _has_entered_code(user):
        raise PermissionDenied
    return user


def _page(request: HttpRequest, step: str, **context: object) -> HttpResponse:
    context = admin.site.each_context(request) | {"step": step, "title": _("Second factor")} | context
    return render(request, "admin/second_factor.html", context)


def _next(request: HttpRequest) -> str:
    """Return the page that the user wanted, if it is on this site, or else the index of the admin."""
    address = request.POST.get("next", request.GET.get("next", ""))
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return reverse("admin:index")


def _unconfirmed_device(user: AbstractUser) -> TOTPDevice:
    """Return the authenticator to be registered.

    It is reused until it is registered, so that a reload does not invalidate the QR code.
    """
    waiting = TOTPDevice.objects.filter(user=user, confirmed=False).order_by("pk").first()
    return waiting or TOTPDevice.objects.create(user=user, confirmed=False, name=_("Authenticator"))


def _secret(device: TOTPDevice) -> str:
    return b32encode(device.bin_key).decode().rstrip("=")


def _readable_key(device: TOTPDevice) -> str:
    secret = _secret(device)
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def _pairing_address(device: TOTPDevice, request: HttpRequest) -> str:
    """Return the otpauth URL for authenticators: the key, labelled with the chronicle and the account."""
    title = Chronicle.objects.values_list("title", flat=True).first() or request.get_host()
    issuer = title.replace(":", " ")
    label = quote(f"{issuer}:{device.user.get_username()}")
    return (
        f"otpauth://totp/{label}?{urlencode({'secret': _secret(device), 'issuer': issuer}, quote_via=quote)}"
    )


def _mark_verified(request: HttpRequest, device: TOTPDevice | StaticDevice) -> None:
    """Mark the session as verified, and change its key as at login."""
    request.user = request.password_user  # type: ignore[attr-defined]
    request.session.cycle_key()
    trust_session(request, device)


def _pair(request: HttpRequest, device: TOTPDevice, code: str) -> bool:
    with transaction.atomic():
        locked = TOTPDevice.objects.select_for_update().get(pk=device.pk)
        if locked.confirmed or not locked.verify_token(code):
            return False
        locked.confirmed = True
        locked.save()
    _mark_verified(request, locked)
    return True


def _verify(request: HttpRequest, user: AbstractUser, code: str) -> bool:
    """Verify a code: six digits are from the authenticator, anything else is a backup code."""
    model = TOTPDevice if len(code) == 6 and code.isdecimal() else StaticDevice
    for device in model.objects.filter(user=user, confirmed=True):
        if verified := verify_token(user, device.persistent_id, code.lower()):
            _mark_verified(request, verified)
            return True
    return False


def _new_backup_codes(user: AbstractUser) -> list[str]:
    codes = [StaticToken.random_token() for _number in range(BACKUP_CODES)]
    with transaction.atomic():
        # The device is reused, since the session may refer to it.
        device = StaticDevice.objects.filter(user=user).first()
        device = device or StaticDevice.objects.create(user=user, name=_("Backup codes"))
        StaticToken.objects.filter(device__user=user).delete()
        StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return codes


def _codes_left(user: AbstractUser) -> int:
    return int(StaticToken.objects.filter(device__user=user).count())
