"""The three groups of the admin and their permissions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from timeline.models import CITATIONS, REFERENCES, Kind
from timeline.workflow import TRANSITIONS

EDITORS, REVIEWERS, ADMINISTRATORS = "编辑", "审核员", "管理员"

ENTRIES = tuple(kind.model_name for kind in Kind)
EVIDENCE = ("citation", "policyrelation", "goalassessment", "assessmentcitation")
REFERENCE = tuple(str(model._meta.model_name) for model in REFERENCES)
REFERENCE_CITATIONS = tuple(
    str(model._meta.model_name) for model in CITATIONS if model.owner_model()._meta.model_name in REFERENCE
)


def permission_names(verbs: str, nouns: Sequence[str]) -> tuple[str, ...]:
    """`permission_names("add change", ["policy"])`: timeline.add_policy, timeline.change_policy."""
    return tuple(f"timeline.{verb}_{noun}" for noun in nouns for verb in verbs.split())


# Patterns of permissions; each must match at least one. Whatever the permissions, the admin does not delete
# records that were ever public, and a change of what is public is a working copy until a reviewer publishes it. Deletion
# of any kind of entry also requires permission to delete `entry`.
EDITOR_PERMISSIONS = (
    "timeline.view_*",
    *permission_names("add change delete", (*ENTRIES, *EVIDENCE, *REFERENCE, *REFERENCE_CITATIONS)),
    "timeline.change_chronicle",
    "timeline.delete_entry",
    *(transition.permission for transition in TRANSITIONS.values() if not transition.reviewers_only),
    # What is public gets a working copy; drafts are restored and recovered by their authors (`editing/restoring.py`).
    "timeline.restore_entry",
    "timeline.import_files",
    "timeline.export_files",
)
REVIEWER_PERMISSIONS = (
    *EDITOR_PERMISSIONS,
    *(transition.permission for transition in TRANSITIONS.values() if transition.reviewers_only),
    "timeline.undo_import",
)
ADMINISTRATOR_PERMISSIONS = (
    *REVIEWER_PERMISSIONS,
    *permission_names("add delete", ["chronicle"]),
    "auth.*",
    "axes.*",
    "otp_totp.*",
    "otp_static.*",
)
ROLE_PERMISSIONS: Mapping[str, Sequence[str]] = MappingProxyType(
    {EDITORS: EDITOR_PERMISSIONS, REVIEWERS: REVIEWER_PERMISSIONS, ADMINISTRATORS: ADMINISTRATOR_PERMISSIONS}
)
# Permissions of other applications are not changed.
MANAGED_APPS = ("timeline", "auth", "axes", "otp_totp", "otp_static")


class UnknownPermissionError(LookupError):
    """A pattern matches no permission: the database is not migrated, or the pattern is mistyped."""


@dataclass(frozen=True)
class GroupChange:
    """The changes of one group. `granted` and `revoked` list names such as timeline.add_policy."""

    group: str
    created: bool
    granted: Sequence[str]
    revoked: Sequence[str]

    def __bool__(self) -> bool:
        return self.created or bool(self.granted) or bool(self.revoked)


def role_with(permission: str) -> str:
    """The group with the fewest permissions that has this one; "" if none of these groups has it."""
    patterns_of = ROLE_PERMISSIONS.items()
    return next(
        (role for role, patterns in patterns_of if any(fnmatchcase(permission, one) for one in patterns)), ""
    )


def set_up_groups() -> list[GroupChange]:
    """Create the groups and give each exactly its permissions. Idempotent.

    Raises UnknownPermissionError.
    """
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type").filter(
            content_type__app_label__in=MANAGED_APPS
        )
    }
    changes = []
    with transaction.atomic():
        for name, patterns in ROLE_PERMISSIONS.items():
            required = {label for pattern in patterns for label in _fitting(pattern, known)}
            group, created = Group.objects.get_or_create(name=name)
            given = set(group.permissions.all())
            current = {label for label, permission in known.items() if permission in given}
            group.permissions.add(*(known[label] for label in required - current))
            group.permissions.remove(*(known[label] for label in current - required))
            changes.append(GroupChange(name, created, sorted(required - current), sorted(current - required)))
    return changes


def _fitting(pattern: str, known: Mapping[str, Permission]) -> list[str]:
    found = [name for name in known if fnmatchcase(name, pattern)]
    if not found:
        raise UnknownPermissionError(pattern)
    return found
