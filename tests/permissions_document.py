"""`docs/permissions.md`: the columns that a walk over the desk gives, and the document that is made of them.

A column is what somebody of one role finds on one screen. The tests compare each with the document by itself;
`make documents` writes the document of all of them.
"""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.test import RequestFactory

from tests.admin_walk import ROLES, STATUSES, Address, AdminWalk, site_addresses
from tests.factories import ROOT
from timeline.models import Entry
from timeline.workflow import TRANSITIONS

DOCUMENT = ROOT / "docs" / "permissions.md"
NO = "—"
HEAD = """# 权限

各用户组在编辑后台可做之事。本文件由测试逐一访问后台的每个网址、每项批量操作后生成，请勿手工修改：
程序改动后运行 `make documents` 重写，与实际不符时测试不通过。
用户组由 `manage.py setup_groups` 建立，权限的定义在 `timeline/accounts/roles.py`。

看＝可以查看；办＝可以提交；—＝不可以。超级用户不在其列，没有限制。
"""
VERBS = "编辑流程"
# The site's own addresses, then the models.
SCREENS: list[Any] = [None, *sorted(admin.site._registry, key=lambda model: model._meta.label)]

# A row by its title and name, and what each role may there.
Rows = dict[tuple[str, str], dict[str, str]]


def title(screen: Any) -> str:
    return "后台" if screen is None else str(screen._meta.verbose_name_plural)


@dataclass
class Column:
    """What a role is answered at each address of a screen with each record, and the actions that it is offered."""

    answers: dict[tuple[Address, str], dict[str, str]] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)

    @property
    def cells(self) -> dict[tuple[Address, str], str]:
        """What it may at each."""
        return {
            place: "·".join(word for word in answers.values() if word in ("看", "办")) or NO
            for place, answers in self.answers.items()
        }


@functools.cache
def addresses() -> tuple[Address, ...]:
    return tuple(site_addresses())


def walk_column(walk: AdminWalk, role: str, screen: Any) -> Column:
    column = Column(actions=actions(screen, walk.people[role]))
    for address in addresses():
        if address.model is screen:
            for status, record in walk.records(address).items():
                column.answers[address, status] = walk.visit(role, address, record)
    return column


def actions(model: Any, user: Any) -> dict[str, str]:
    """The actions that this model's list offers this user, with their titles."""
    if model is None:
        return {}
    request = RequestFactory().get("/")
    request.user = user
    screen = admin.site._registry[model]
    if not (user.is_active and user.is_staff and screen.has_view_or_change_permission(request)):
        return {}
    plural = {"verbose_name_plural": screen.opts.verbose_name_plural}
    return {name: str(title) % plural for name, (_do, _name, title) in screen.get_actions(request).items()}


def verbs() -> list[str]:
    """Whatever an entry has a permission for, then the transitions that have none."""
    permitted = [codename.removesuffix("_entry") for codename, _label in Entry._meta.permissions]
    return [*permitted, *(name for name in TRANSITIONS if name not in permitted)]


def labels() -> dict[str, str]:
    return {codename: str(label) for codename, label in Entry._meta.permissions}


def allowed(walk: AdminWalk, role: str) -> dict[str, str]:
    """What this role may of each verb."""
    return {verb: "办" if walk.people[role].has_perm(f"timeline.{verb}_entry") else NO for verb in verbs()}


def of_verb(verb: str) -> tuple[str, str]:
    return labels().get(f"{verb}_entry", verb), f"timeline.{verb}_entry"


def of_action(name: str, label: str) -> tuple[str, str]:
    return f"批量操作：{label}", name


def of_page(address: Address, status: str = "") -> tuple[str, str]:
    return address.title + STATUSES[status], address.name


def by_address(column: Column) -> dict[Address, list[str]]:
    """All that was answered at each address, with whichever record."""
    found: dict[Address, list[str]] = {}
    for (address, _status), answers in column.answers.items():
        found.setdefault(address, []).extend(answers.values())
    return found


def statuses_of(column: Column) -> dict[Address, list[str]]:
    """The statuses of the records with which each address was visited."""
    found: dict[Address, list[str]] = {}
    for address, status in column.answers:
        found.setdefault(address, []).append(status)
    return found


def expected(column: Column, rows: Rows) -> dict[tuple[str, str], str]:
    """The cells of this column in the rows that the document has, or should have: one for an address where it has one.

    Where one row stands for a draft and a public record that differ, the cell says both.
    """
    cells = {}
    for address, statuses in statuses_of(column).items():
        found = {status: column.cells[address, status] for status in statuses}
        if of_page(address) in rows:
            cells[of_page(address)] = " / ".join(dict.fromkeys(found.values()))
        else:
            cells |= {of_page(address, status): cell for status, cell in found.items()}
    offered = {of_action(name, label): "办" for name, label in column.actions.items()}
    rest = {key: NO for key in rows if key not in cells and key[0].startswith("批量操作：")}
    return cells | rest | offered


def written(columns: dict[str, Column]) -> Rows:
    """The rows of a screen of the columns of all roles: one for an address where nobody is answered differently."""
    rows: Rows = {}
    for address, statuses in statuses_of(columns[ROLES[0]]).items():
        found = {
            status: {role: columns[role].cells[address, status] for role in ROLES} for status in statuses
        }
        first, *rest = found.values()
        if all(other == first for other in rest):
            rows[of_page(address)] = first
        else:
            rows |= {of_page(address, status): cells for status, cells in found.items()}
    for column in columns.values():
        for name, label in column.actions.items():
            may = {role: "办" if name in columns[role].actions else NO for role in ROLES}
            rows[of_action(name, label)] = may
    return rows


def document(walk: AdminWalk) -> str:
    """The whole walk, as Markdown."""
    may = {role: allowed(walk, role) for role in ROLES}
    sections = {VERBS: {of_verb(verb): {role: may[role][verb] for role in ROLES} for verb in verbs()}}
    for screen in SCREENS:
        sections[title(screen)] = written({role: walk_column(walk, role, screen) for role in ROLES})
    parts = [HEAD]
    for heading, rows in sections.items():
        first = ("操作", "权限") if heading == VERBS else ("页面", "网址名")
        lines = [line(*first, *ROLES), line("---", "---", *([":-:"] * len(ROLES)))]
        lines += [line(said, f"`{name}`", *cells.values()) for (said, name), cells in rows.items()]
        parts.append(f"## {heading}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


@functools.cache
def read() -> tuple[str, dict[str, Rows]]:
    """What stands before the first section of the document, and the rows of each section."""
    head, *sections = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    return head, dict(_sections(sections))


def _sections(sections: list[str]) -> Iterator[tuple[str, Rows]]:
    for section in sections:
        heading, *lines = section.splitlines()
        rows: Rows = {}
        cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in lines if row.startswith("|")]
        (_said, _name, *roles), _rule, *body = cells
        for said, name, *may in body:
            rows[said, name.strip("`")] = dict(zip(roles, may, strict=True))
        yield heading, rows
