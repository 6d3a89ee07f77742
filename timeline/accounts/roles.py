"""The three groups who work at the desk, and what each of them may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from types import MappingProxyType

from django.contrib.auth.models import Group, Permission
from django.db import transaction

EDITORS, REVIEWERS, ADMINISTRATORS = "编辑", "审核员", "管理员"

ENTRIES = ("policy", "pilotdesignation", "milestone", "goal")
EVIDENCE = ("citation", "policyrelation", "goalassessment")
REFERENCE = ("topic", "organization", "area", "source")


def rights(verbs: str, nouns: Sequence[str]) -> tuple[str, ...]:
    """`rights("add change", ["policy"])`: timeline.add_policy, timeline.change_policy."""
    return tuple(f"timeline.{verb}_{noun}" for noun in nouns for verb in verbs.split())


# Patterns of permissions; each must fit one at least. That what was ever public is not deleted is the desk's doing,
# whatever rights one has. `entry` itself is asked for when one of the four kinds is deleted.
EDITING = (
    "timeline.view_*",
    *rights("add change delete", (*ENTRIES, *EVIDENCE, "topiccitation")),
    *rights("add change", REFERENCE),
    *rights("delete submit", ["entry"]),
    "timeline.import_files",
    "timeline.export_files",
)
REVIEWING = (
    *EDITING,
    *rights("send_back publish withdraw restore", ["entry"]),
    "timeline.undo_import",
    *rights("change", ["phase", "chronicle"]),
    *rights("add change delete", ["phasecitation"]),
)
ADMINISTERING = (
    *REVIEWING,
    *rights("delete", (*REFERENCE, "phase")),
    *rights("add", ["phase", "chronicle"]),
    "auth.*",
    "axes.*",
    "otp_totp.*",
    "otp_static.*",
)
RIGHTS: Mapping[str, Sequence[str]] = MappingProxyType(
    {EDITORS: EDITING, REVIEWERS: REVIEWING, ADMINISTRATORS: ADMINISTERING}
)
# Rights of other applications that somebody gave to a group are left as they are.
MANAGED = ("timeline", "auth", "axes", "otp_totp", "otp_static")


class UnknownRight(LookupError):
    """A pattern fits no permission: the database is not migrated, or the pattern is mistyped."""


@dataclass(frozen=True)
class Change:
    """What setting up did to one group; `given` and `taken` hold names such as timeline.add_policy."""

    group: str
    created: bool
    given: Sequence[str]
    taken: Sequence[str]

    def __bool__(self) -> bool:
        return self.created or bool(self.given) or bool(self.taken)


def set_up_groups() -> list[Change]:
    """Make the groups and give each exactly its rights; again, this changes nothing."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type").filter(
            content_type__app_label__in=MANAGED
        )
    }
    changes = []
    with transaction.atomic():
        for name, patterns in RIGHTS.items():
            due = {right for pattern in patterns for right in _fitting(pattern, known)}
            group, created = Group.objects.get_or_create(name=name)
            given = set(group.permissions.all())
            held = {right for right, permission in known.items() if permission in given}
            group.permissions.add(*(known[right] for right in due - held))
            group.permissions.remove(*(known[right] for right in held - due))
            changes.append(Change(name, created, sorted(due - held), sorted(held - due)))
    return changes


def _fitting(pattern: str, known: Mapping[str, Permission]) -> list[str]:
    found = [right for right in known if fnmatchcase(right, pattern)]
    if not found:
        raise UnknownRight(pattern)
    return found
