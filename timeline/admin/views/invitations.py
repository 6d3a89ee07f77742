"""The page on which an administrator invites somebody."""

from typing import TYPE_CHECKING

from django import forms
from django.conf import settings
from django.contrib.admin.helpers import AdminForm
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.cache import never_cache

from timeline.accounts.invitations import invite
from timeline.accounts.mail import password_path
from timeline.accounts.names import display_name
from timeline.admin.record_views import actor

if TYPE_CHECKING:
    from timeline.admin.accounts import AccountAdmin


class InvitationForm(forms.ModelForm):
    """An account without a password."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    groups = forms.ModelMultipleChoiceField(
        label=gettext_lazy("groups"),
        queryset=Group.objects.order_by("name"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one group: without one there is nothing to do.")
        },
    )

    class Meta:
        model = User
        fields = ["username", "last_name", "first_name", "email", "groups"]

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["email"].required = settings.HAS_MAIL

    def clean_email(self) -> str:
        """Refuse an address that another account has: links to set a password go to the address."""
        email: str = self.cleaned_data["email"]
        if email and User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Another account has this address."))
        return email


@method_decorator(never_cache, "dispatch")
class InviteView(View):
    """Creates the account and mails the link to set its password; without mail, shows the link."""

    admin: "AccountAdmin" = None

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not self.admin.has_invite_permission(request):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page("invite", form=InvitationForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InvitationForm(request.POST)
        if not form.is_valid():
            return self._page("invite", form=form)
        user = invite(**form.cleaned_data, by=actor(request))
        self.admin.log_addition(request, user, [{"added": {}}])
        if settings.HAS_MAIL:
            message = _("%(name)s is invited: a link to set the password goes to %(email)s.")
            self.admin.message_user(request, message % {"name": display_name(user), "email": user.email})
            return HttpResponseRedirect(reverse("admin:auth_user_changelist"))
        link = request.build_absolute_uri(password_path(user))
        hours = settings.PASSWORD_RESET_TIMEOUT // 3600
        return self._page("invited", account=user, link=link, hours=hours)

    def _page(self, name: str, form: InvitationForm | None = None, **context: object) -> HttpResponse:
        if form is not None:
            context["adminform"] = AdminForm(
                form, [(None, {"fields": [*form.fields]})], {}, model_admin=self.admin
            )
        shared = {
            **self.admin.admin_site.each_context(self.request),
            "opts": self.admin.opts,
            "title": _("Invite somebody"),
            "form": form,
            "has_mail": settings.HAS_MAIL,
            "media": self.admin.media,
        }
        return TemplateResponse(self.request, f"admin/auth/user/{name}.html", shared | context)
