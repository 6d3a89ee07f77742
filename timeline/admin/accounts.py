"""The admin of accounts: unlocking, resetting a lost second factor, and protection of superusers."""

from axes.utils import reset
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from timeline.accounts.two_factor import reset_second_factor
from timeline.admin.account_conflicts import AccountConflictsMixin
from timeline.admin.form_drafts import FormDraftsMixin
from timeline.admin.permission_names import PermissionNamesMixin

# Nobody may read keys: users set up their device on a page of their own, and the account's page does the
# rest.
admin.site.unregister([StaticDevice, TOTPDevice, get_user_model(), Group])


@admin.register(get_user_model())
class AccountAdmin(AccountConflictsMixin, FormDraftsMixin, PermissionNamesMixin, UserAdmin):
    """Accounts. Administrators who are not superusers can neither create nor change superusers."""

    actions = ["unlock", "forget_second_factor"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        # Set by the login, not by hand.
        readonly = (*super().get_readonly_fields(request, obj), "last_login", "date_joined")
        return readonly if request.user.is_superuser else (*readonly, "is_superuser")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_manage(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_manage(request, obj)

    def _may_manage(self, request: HttpRequest, obj: User | None) -> bool:
        return obj is None or not obj.is_superuser or request.user.is_superuser

    def has_unlock_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("axes.delete_accessattempt")

    @admin.action(description=_("Unlock the login"), permissions=["unlock"])
    def unlock(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = 0
        for user in queryset:
            count += bool(reset(username=user.get_username()))
        self._message_count(
            request, ngettext("%(count)s login unlocked.", "%(count)s logins unlocked.", count), count
        )

    def has_forget_second_factor_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("otp_totp.delete_totpdevice")

    @admin.action(
        description=_("Remove the second factor (lost telephone)"), permissions=["forget_second_factor"]
    )
    def forget_second_factor(self, request: HttpRequest, queryset: QuerySet) -> None:
        reachable = [user for user in queryset if self._may_manage(request, user)]
        count = 0
        for user in reachable:
            count += bool(reset_second_factor(user))
        message = ngettext(
            "The second factor of %(count)s account removed.",
            "The second factor of %(count)s accounts removed.",
            count,
        )
        self._message_count(request, message, count)

    def _message_count(self, request: HttpRequest, message: str, count: int) -> None:
        self.message_user(request, message % {"count": count}, messages.SUCCESS if count else messages.INFO)


@admin.register(Group)
class RoleAdmin(AccountConflictsMixin, FormDraftsMixin, PermissionNamesMixin, GroupAdmin):
    """The groups and their permissions."""
