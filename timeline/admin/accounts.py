"""The admin of accounts: the list, invitations, links to set a password, deactivation, protection of superusers."""

from collections.abc import Mapping

from axes.utils import reset
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from timeline.accounts.first_password import require_change
from timeline.accounts.invitations import mail_invitation
from timeline.accounts.lockout import is_locked_out
from timeline.accounts.mail import password_path
from timeline.accounts.names import display_name, format_name
from timeline.accounts.two_factor import reset_second_factor, user_has_second_factor
from timeline.admin.account_conflicts import AccountConflictsMixin
from timeline.admin.base import format_timestamp
from timeline.admin.folded_search import FoldedSearchMixin
from timeline.admin.form_drafts import FormDraftsMixin
from timeline.admin.permission_names import PermissionNamesMixin
from timeline.admin.record_views import ColumnsChangeList, actor
from timeline.admin.views.invitations import InviteView

# Nobody may read keys: users set up their device on a page of their own, and the account's page does the
# rest.
admin.site.unregister([StaticDevice, TOTPDevice, get_user_model(), Group])

# The most links that one action shows; mails have no limit.
MAX_LINKS = 20


@admin.register(get_user_model())
class AccountAdmin(
    AccountConflictsMixin, FormDraftsMixin, FoldedSearchMixin, PermissionNamesMixin, UserAdmin
):
    """Accounts. They are deactivated, not deleted. Only superusers create and change superusers."""

    change_list_template = "admin/auth/user/change_list.html"
    actions = ["send_password_link", "deactivate", "reactivate", "unlock", "forget_second_factor"]
    list_display = [
        "username", "real_name", "email", "group_names", "is_active", "last_log_in", "has_second_factor", "is_locked",
    ]  # fmt: skip
    list_filter = ["is_active", "groups", "is_superuser"]
    ordering = ["-is_active", "username"]

    # --- the list

    def get_changelist(self, request: HttpRequest, **kwargs: object) -> type[ChangeList]:
        return ColumnsChangeList

    def with_columns(self, rows: QuerySet) -> QuerySet:
        return rows.annotate(locked=is_locked_out(), second_factor=user_has_second_factor()).prefetch_related(
            "groups"
        )

    def searched_text(self, values: Mapping[str, str]) -> str:
        name = format_name(values["last_name"], values["first_name"], values["username"])
        return f"{super().searched_text(values)}\n{name}"

    @admin.display(description=_("real name"), ordering="last_name")
    def real_name(self, user: User) -> str:
        return display_name(user) if user.get_full_name() else ""

    @admin.display(description=_("groups"))
    def group_names(self, user: User) -> str:
        return "、".join(group.name for group in user.groups.all())

    @admin.display(description=_("last login"), ordering="last_login")
    def last_log_in(self, user: User) -> str:
        if not user.has_usable_password():
            return str(_("Invited, has no password yet"))
        return format_timestamp(user.last_login) or str(_("Never"))

    @admin.display(description=_("second factor"), boolean=True, ordering="second_factor")
    def has_second_factor(self, user: User) -> bool:
        return getattr(user, "second_factor", False)

    @admin.display(description=_("login locked"), ordering="locked")
    def is_locked(self, user: User) -> str:
        return str(_("Locked")) if getattr(user, "locked", False) else ""

    # --- permissions

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

    def _manageable(self, request: HttpRequest, queryset: QuerySet) -> list[User]:
        return [user for user in queryset if self._may_manage(request, user)]

    # --- pages

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(InviteView.as_view(admin=self))
        return [path("invite/", view, name="auth_user_invite"), *super().get_urls()]

    def has_invite_permission(self, request: HttpRequest) -> bool:
        """As for Django's form of a new account, whose groups give permissions."""
        return self.has_add_permission(request) and self.has_change_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        context = {"may_invite": self.has_invite_permission(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, object], *args: object, **kwargs: object
    ) -> HttpResponse:
        return super().render_change_form(request, context | {"show_delete": False}, *args, **kwargs)

    def get_actions(self, request: HttpRequest) -> dict[str, object]:
        return {
            name: action for name, action in super().get_actions(request).items() if name != "delete_selected"
        }

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """Refuse to delete an account, and say why."""
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        if not self.has_delete_permission(request, user):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Delete the account of %(name)s?") % {"name": display_name(user)},
            "account": user,
        }
        status = 403 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/auth/user/delete_refused.html", context, status=status)

    # --- passwords

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change and obj.has_usable_password():
            require_change(obj)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if request.method != "POST":
            return super().user_change_password(request, id, form_url)
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            user = self.get_object(request, id)
            if response.status_code == 302 and user is not None and user.pk != request.user.pk:
                require_change(user)
        return response

    # --- actions

    @admin.action(description=_("Send a link to set a password"), permissions=["invite"])
    def send_password_link(self, request: HttpRequest, queryset: QuerySet) -> None:
        """Mail a link to each account; without mail, show the links to the administrator."""
        mailed: list[User] = []
        others: list[User] = []
        for user in self._manageable(request, queryset.select_related("account_settings")):
            if user.is_active:
                (mailed if settings.HAS_MAIL and user.email else others).append(user)
        for user in mailed:
            mail_invitation(user, by=actor(request))
        for user in others[:MAX_LINKS]:
            message = format_html(
                str(_("Hand this link to {name} yourself: {link}")),
                name=display_name(user),
                link=request.build_absolute_uri(password_path(user)),
            )
            self.message_user(request, message, messages.WARNING)
        if left := len(others[MAX_LINKS:]):
            message = ngettext(
                "%(count)s account got no link: at most %(most)s links are shown at once. Choose fewer accounts.",
                "%(count)s accounts got no link: at most %(most)s links are shown at once. Choose fewer accounts.",
                left,
            ) % {"count": left, "most": MAX_LINKS}
            self.message_user(request, message, messages.ERROR)
        if mailed or not others:
            message = ngettext(
                "A link goes to %(count)s account by mail.",
                "A link goes to %(count)s accounts by mail.",
                len(mailed),
            )
            self._message_count(request, message, len(mailed))

    def has_activation_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    @admin.action(description=_("Deactivate (may no longer log in)"), permissions=["activation"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = self._set_active(request, queryset, False)
        message = ngettext("%(count)s account deactivated.", "%(count)s accounts deactivated.", count)
        self._message_count(request, message, count)

    @admin.action(description=_("Reactivate"), permissions=["activation"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet) -> None:
        count = self._set_active(request, queryset, True)
        message = ngettext("%(count)s account reactivated.", "%(count)s accounts reactivated.", count)
        self._message_count(request, message, count)

    def _set_active(self, request: HttpRequest, queryset: QuerySet, active: bool) -> int:
        """Change the accounts that this user may manage, except the user's own. Returns their number."""
        changed = [
            user
            for user in self._manageable(request, queryset)
            if user.is_active != active and user.pk != request.user.pk
        ]
        with transaction.atomic():
            for user in changed:
                user.is_active = active
                user.save(update_fields=["is_active"])
                self.log_change(request, user, [{"changed": {"fields": [str(_("active"))]}}])
        return len(changed)

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
        count = 0
        for user in self._manageable(request, queryset):
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
class RoleAdmin(AccountConflictsMixin, FormDraftsMixin, FoldedSearchMixin, PermissionNamesMixin, GroupAdmin):
    """The groups and their permissions."""
