"""A password that an administrator typed is changed by its owner at the first log-in."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from timeline.models import AccountSettings

GetResponse = Callable[[HttpRequest], HttpResponse]
# In the session, so that the pages of the admin need no query for it.
SESSION_KEY = "must_change_password"


class ChangedPasswordValidator:
    """Refuses the password that the user has already."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("This is the present password. Choose another one."))

    def get_help_text(self) -> str:
        return _("Your password can’t be the present one.")


def require_change(user: User) -> None:
    """Have the user change the password at the next log-in. Setting a password ends all sessions."""
    AccountSettings.objects.update_or_create(user=user, defaults={"must_change_password": True})


def forget_required_change(user: User) -> None:
    """The user has set a password."""
    AccountSettings.objects.must_change_password().filter(user=user).update(must_change_password=False)


def first_password_middleware(get_response: GetResponse) -> GetResponse:
    """Redirect users who must change their password to the page for it, until they have done so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(reverse("admin:index")):
            return get_response(request)
        if request.path not in _exempt_paths() and request.session.get(SESSION_KEY):
            messages.warning(
                request, _("An administrator knows this password. Choose one that only you know.")
            )
            return HttpResponseRedirect(reverse("admin:password_change"))
        response = get_response(request)
        if request.method == "POST" and response.status_code == 302:
            if request.path == reverse("admin:login"):
                _remember(request)
            elif request.path == reverse("admin:password_change") and isinstance(request.user, User):
                forget_required_change(request.user)
                request.session.pop(SESSION_KEY, None)
        return response

    return middleware


def _exempt_paths() -> set[str]:
    pages = ("admin:login", "admin:logout", "admin:jsi18n", "admin:password_change", "second-factor")
    return {reverse(page) for page in (*pages, "second-factor-image")}


def _remember(request: HttpRequest) -> None:
    user = request.user
    if (
        user.is_authenticated
        and AccountSettings.objects.must_change_password().filter(user_id=user.pk).exists()
    ):
        request.session[SESSION_KEY] = True
