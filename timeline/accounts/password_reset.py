"""A new password by mail, without telling anybody which addresses have an account."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth import views as auth_views
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from timeline.accounts.first_password import forget_required_change
from timeline.accounts.lockout import client_ip, lockout_response
from timeline.accounts.mail import PASSWORD_LINK, queue_mail, run_in_background
from timeline.accounts.names import display_name
from timeline.accounts.texts import mail_language, paragraphs, signature
from timeline.models import PasswordResetRequest

# The links that one address receives within the time of a lockout; further requests are ignored.
MAX_PER_EMAIL = 3


class ResetForm(forms.Form):
    """The address of an account."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


@never_cache
def reset_password(request: HttpRequest) -> HttpResponse:
    """Ask for an e-mail address. The answer is the same whether an account has it or not, and takes as long."""
    form = ResetForm(request.POST if request.method == "POST" and settings.HAS_MAIL else None)
    if form.is_valid():
        address = client_ip(request)
        recent = PasswordResetRequest.objects.recent().filter(ip_address=address)
        if recent.count() >= settings.LOGIN_FAILURES_PER_ADDRESS:
            return lockout_response(request)
        PasswordResetRequest.objects.create(email=form.cleaned_data["email"].lower(), ip_address=address)
        transaction.on_commit(lambda: run_in_background(answer_requests), robust=True)
        return redirect("password_reset_done")
    context = admin.site.each_context(request) | {"form": form, "title": _("Set a new password")}
    return render(request, "registration/password_reset_form.html", context | {"has_mail": settings.HAS_MAIL})


def answer_requests() -> None:
    """Queue a link for each account with a requested address, and delete the requests that no longer count."""
    PasswordResetRequest.objects.expired().delete()
    for request in PasswordResetRequest.objects.recent().filter(answered=False).order_by("pk")[:100]:
        with transaction.atomic():
            mine = PasswordResetRequest.objects.filter(pk=request.pk, answered=False).update(answered=True)
            earlier = PasswordResetRequest.objects.recent().filter(email=request.email, pk__lt=request.pk)
            if mine and earlier.count() < MAX_PER_EMAIL:
                for user in _accounts_with(request.email):
                    mail_password_link(user)


def _accounts_with(email: str) -> list[User]:
    users = get_user_model().objects.filter(email__iexact=email, is_active=True, is_staff=True)
    return [*users.select_related("account_settings").order_by("pk")[:5]]


def mail_password_link(user: User) -> None:
    """Queue a mail with a link to set a new password."""
    with translation.override(mail_language(user)):
        body = paragraphs(
            _("%(name)s (user name: %(username)s)")
            % {"name": display_name(user), "username": user.get_username()},
            _("Somebody, probably you, has asked for a new password. Set it here:"),
            PASSWORD_LINK,
            _(
                "The link can be used once, within %(hours)s hours. If you did not ask for it, do nothing: your password stays as it is."
            )
            % {"hours": settings.PASSWORD_RESET_TIMEOUT // 3600},
            signature(),
        )
        queue_mail(user, _("Set a new password"), body, has_password_link=True)


class SetPasswordView(auth_views.PasswordResetConfirmView):
    """The page of a link: a user who is active sets a password."""

    title = gettext_lazy("Set a password")

    def get_user(self, uidb64: str) -> User | None:
        user = super().get_user(uidb64)
        return user if user is not None and user.is_active else None

    def form_valid(self, form: "SetPasswordForm[User]") -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        forget_required_change(form.user)
        return response

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        context = admin.site.each_context(self.request) | super().get_context_data(**kwargs)
        return context if self.validlink else context | {"title": _("The link is no longer valid")}


class ResetSentView(auth_views.PasswordResetDoneView):
    """Says what happens next, whatever the address was."""

    title = gettext_lazy("The request is received")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs)


class PasswordSetView(auth_views.PasswordResetCompleteView):
    """Leads to the log-in."""

    title = gettext_lazy("The password is set")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        return admin.site.each_context(self.request) | super().get_context_data(**kwargs)
