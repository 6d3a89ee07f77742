"""Translated names of permissions, whose stored names are English, and the refusal of those who lack one."""

from django import forms
from django.contrib.auth.models import AbstractUser, AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToManyField
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from timeline.accounts.roles import role_with

# The permissions that Django creates for every model.
PERMISSION_LABELS = {
    "add": lambda name: _("Can add %(name)s") % {"name": name},
    "change": lambda name: _("Can change %(name)s") % {"name": name},
    "delete": lambda name: _("Can delete %(name)s") % {"name": name},
    "view": lambda name: _("Can view %(name)s") % {"name": name},
}

# The names of other applications and their models, for the catalogue.
gettext_noop("Axes")
gettext_noop("access attempt")
gettext_noop("access attempt expiration")
gettext_noop("access failure")
gettext_noop("access log")
gettext_noop("Otp_Static")
gettext_noop("static device")
gettext_noop("static token")
gettext_noop("Otp_Totp")
gettext_noop("TOTP device")


def permission_name(permission: Permission) -> str:
    """The translated name of the permission, preceded by its application."""
    model = permission.content_type.model_class()
    if model is None:
        return str(permission)
    options = model._meta
    verb, _separator, noun = permission.codename.partition("_")
    own = {str(codename): label for codename, label in options.permissions}
    if permission.codename in own:
        name = str(own[permission.codename])
    elif verb in PERMISSION_LABELS and noun == options.model_name:
        name = PERMISSION_LABELS[verb](_(str(options.verbose_name)))
    else:
        name = _(permission.name)
    return f"{_(str(options.app_config.verbose_name))} | {name}"


def denial(user: AbstractUser | AnonymousUser, permission: str) -> PermissionDenied:
    """The refusal of a user, which says whose task it is if this permission is what they lack ("" for none)."""
    role = "" if not permission or user.has_perm(permission) else role_with(permission)
    return PermissionDenied(_("This is the task of: %(role)s.") % {"role": role} if role else "")


class PermissionsField(forms.ModelMultipleChoiceField):
    """A choice of permissions by translated name."""

    def label_from_instance(self, obj: Permission) -> str:
        return permission_name(obj)


class PermissionNamesMixin:
    """An admin with a field of permissions."""

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest, **kwargs: object
    ) -> forms.Field | None:
        if db_field.remote_field.model is Permission:
            kwargs |= {
                "form_class": PermissionsField,
                "queryset": Permission.objects.select_related("content_type"),
            }
        return super().formfield_for_manytomany(db_field, request, **kwargs)
