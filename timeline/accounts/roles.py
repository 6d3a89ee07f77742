"""The three groups who work at the desk, and what each of them may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from timeline.models import CITATIONS, REFERENCES, Kind, Phase

EDITORS, REVIEWERS, ADMINISTRATORS = "编辑", "审核员", "管理员"

ENTRIES = tuple(kind.model_name for kind in Kind)
EVIDENCE = ("citation", "policyrelation", "goalassessment")
# Phases and the chronicle are the reviewers'.
REFERENCE = tuple(str(model._meta.model_name) for model in REFERENCES if model is not Phase)
REFERENCE_CITATIONS = tuple(
    str(model._meta.model_name) for model in CITATIONS if model.owner_model()._meta.model_name in REFERENCE
)


def permission_names(verbs: str, nouns: Sequence[str]) -> tuple[str, ...]:
    """`permission_names("add change", ["policy"])`: timeline.add_policy, timeline.change_policy."""
    return tuple(f"timeline.{verb}_{noun}" for noun in nouns for verb in verbs.split())


# Patterns of permissions; each must fit one at least. That what was ever public is not deleted is the desk's doing,
# whatever rights one has. `entry` itself is asked for when an entry of any kind is deleted.
EDITOR_PERMISSIONS = (
    "timeline.view_*",
    *permission_names("add change delete", (*ENTRIES, *EVIDENCE, *REFERENCE_CITATIONS)),
    *permission_names("add change", REFERENCE),
    *permission_names("delete submit", ["entry"]),
    "timeline.import_files",
    "timeline.export_files",
)
REVIEWER_PERMISSIONS = (
    *EDITOR_PERMISSIONS,
    *permission_names("send_back publish withdraw restore", ["entry"]),
    "timeline.undo_import",
    *permission_names("change", ["phase", "chronicle"]),
    *permission_names("add change delete", ["phasecitation"]),
)
ADMINISTRATOR_PERMISSIONS = (
    *REVIEWER_PERMISSIONS,
    *permission_names("delete", (*REFERENCE, "phase")),
    *permission_names("add", ["phase", "chronicle"]),
    "auth.*",
    "axes.*",
    "otp_totp.*",
    "otp_static.*",
)
ROLE_PERMISSIONS: Mapping[str, Sequence[str]] = MappingProxyType(
    {EDITORS: EDITOR_PERMISSIONS, REVIEWERS: REVIEWER_PERMISSIONS, ADMINISTRATORS: ADMINISTRATOR_PERMISSIONS}
)
# Rights of other applications that somebody gave to a group are left as they are.
MANAGED_APPS = ("timeline", "auth", "axes", "otp_totp", "otp_static")


class UnknownPermissionError(LookupError):
    """A pattern fits no permission: the database is not migrated, or the pattern is mistyped."""


@dataclass(frozen=True)
class GroupChange:
    """What setting up did to one group; `granted` and `revoked` hold names such as timeline.add_policy."""

    group: str
    created: bool
    granted: Sequence[str]
    revoked: Sequence[str]

    def __bool__(self) -> bool:
        return self.created or bool(self.granted) or bool(self.revoked)


def set_up_groups() -> list[GroupChange]:
    """Make the groups and give each exactly its rights; again, this changes nothing."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type").filter(
            content_type__app_label__in=MANAGED_APPS
        )
    }
    changes = []
    with transaction.atomic():
        for name, patterns in ROLE_PERMISSIONS.items():
            due = {right for pattern in patterns for right in _fitting(pattern, known)}
            group, created = Group.objects.get_or_create(name=name)
            given = set(group.permissions.all())
            held = {right for right, permission in known.items() if permission in given}
            group.permissions.add(*(known[right] for right in due - held))
            group.permissions.remove(*(known[right] for right in held - due))
            changes.append(GroupChange(name, created, sorted(due - held), sorted(held - due)))
    return changes


def _fitting(pattern: str, known: Mapping[str, Permission]) -> list[str]:
    found = [right for right in known if fnmatchcase(right, pattern)]
    if not found:
        raise UnknownPermissionError(pattern)
    return found
