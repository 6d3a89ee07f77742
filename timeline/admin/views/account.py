"""The page of one's own account: what is known of it, and when notifications come."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import UpdateView

from timeline.accounts.two_factor import has_second_factor
from timeline.admin.record_views import actor
from timeline.i18n.languages import offered_languages
from timeline.models import AccountSettings, Chronicle


def _languages() -> list[tuple[str, str]]:
    offered = offered_languages(Chronicle.objects.current())
    return [(code, name) for code, name in settings.LANGUAGES if code in offered]


class AccountSettingsForm(forms.ModelForm):
    """The choice of notifications."""

    language = forms.ChoiceField(
        label=AccountSettings._meta.get_field("language").verbose_name, choices=_languages
    )

    class Meta:
        model = AccountSettings
        fields = ["delivery", "language"]
        widgets = {"delivery": forms.RadioSelect}
        labels = {"delivery": gettext_lazy("When to receive notifications")}


class AccountView(UpdateView):
    """Everybody's own settings."""

    form_class = AccountSettingsForm
    template_name = "admin/account.html"
    success_url = reverse_lazy("account")

    def get_object(self, queryset: object = None) -> AccountSettings:
        user = actor(self.request)
        return AccountSettings.objects.filter(user=user).first() or AccountSettings(user=user)

    def form_valid(self, form: forms.ModelForm) -> HttpResponse:
        messages.success(self.request, _("Your choice is saved."))
        return super().form_valid(form)

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        user = actor(self.request)
        context = admin.site.each_context(self.request) | {
            "title": _("My account"),
            "account": user,
            "groups": [group.name for group in user.groups.order_by("name")],
            "has_second_factor": has_second_factor(user),
            "has_mail": settings.HAS_MAIL,
        }
        return super().get_context_data(**kwargs) | context
