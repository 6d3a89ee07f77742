"""The document `docs/permissions.md`: generated from a walk over the admin, and compared with it by tests.

A column is what one role may do on one screen. The tests compare each column separately; `make documents`
writes the whole document.
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
# After what a role may do with drafts of their own alone.
OWN = "（自己的）"
HEAD = """# 权限

各用户组在编辑后台可做之事。本文件由测试逐一访问后台的每个网址、每项批量操作后生成，请勿手工修改：
程序改动后运行 `make documents` 重写，与实际不符时测试不通过。
用户组由 `manage.py setup_groups` 建立，权限的定义在 `timeline/accounts/roles.py`。

看＝可以查看；办＝可以提交；—＝不可以；（自己的）＝只限本人写的或提交的草稿。超级用户不在其列，没有限制。
"""
TRANSITIONS_HEADING = "编辑流程"
# The admin site itself, then the models.
SCREENS: list[Any] = [None, *sorted(admin.site._registry, key=lambda model: model._meta.label)]

# The cells of each row by role. The key of a row is its title and name.
Rows = dict[tuple[str, str], dict[str, str]]


def title(screen: Any) -> str:
    return "后台" if screen is None else str(screen._meta.verbose_name_plural)


@dataclass
class Column:
    """The results of a role at each URL of a screen with each record, and the bulk actions offered to it."""

    answers: dict[tuple[Address, str], dict[str, str]] = field(default_factory=dict)
    actions: dict[str, str] = field(default_factory=dict)
    # The results with a draft of their own, where there is none with that of somebody else.
    own: dict[tuple[Address, str], dict[str, str]] = field(default_factory=dict)

    @property
    def cells(self) -> dict[tuple[Address, str], str]:
        """What the role may do at each URL with each record."""
        return {
            place: _words(answers) or _marked(_words(self.own.get(place, {})))
            for place, answers in self.answers.items()
        }


def _words(answers: dict[str, str]) -> str:
    return "·".join(word for word in answers.values() if word in ("看", "办"))


def _marked(words: str) -> str:
    return f"{words}{OWN}" if words else NO


@functools.cache
def addresses() -> tuple[Address, ...]:
    return tuple(site_addresses())


def walk_column(walk: AdminWalk, role: str, screen: Any) -> Column:
    column = Column(actions=actions(screen, walk.people[role]))
    for address in addresses():
        if address.model is screen:
            for status, record in walk.records(address).items():
                column.answers[address, status] = walk.visit(role, address, record)
                if not _words(column.answers[address, status]):
                    column.own[address, status] = walk.visit_own(role, address, status)
    return column


def actions(model: Any, user: Any) -> dict[str, str]:
    """Return the titles of the bulk actions that this model's change list offers this user, by name."""
    if model is None:
        return {}
    request = RequestFactory().get("/")
    request.user = user
    screen = admin.site._registry[model]
    if not (user.is_active and user.is_staff and screen.has_view_or_change_permission(request)):
        return {}
    plural = {"verbose_name_plural": screen.opts.verbose_name_plural}
    return {name: str(title) % plural for name, (_do, _name, title) in screen.get_actions(request).items()}


def transition_names() -> list[str]:
    """Return what entries have custom permissions for, then the transitions without a permission."""
    permitted = [codename.removesuffix("_entry") for codename, _label in Entry._meta.permissions]
    return [*permitted, *(name for name in TRANSITIONS if name not in permitted)]


def labels() -> dict[str, str]:
    return {codename: str(label) for codename, label in Entry._meta.permissions}


def allowed(walk: AdminWalk, role: str) -> dict[str, str]:
    """Return which custom permissions of entries this role has."""
    return {
        name: "办" if walk.people[role].has_perm(f"timeline.{name}_entry") else NO
        for name in transition_names()
    }


def row_of_transition(name: str) -> tuple[str, str]:
    return labels().get(f"{name}_entry", name), f"timeline.{name}_entry"


def of_action(name: str, label: str) -> tuple[str, str]:
    return f"批量操作：{label}", name


def of_page(address: Address, status: str = "") -> tuple[str, str]:
    return address.title + STATUSES[status], address.name


def by_address(column: Column) -> dict[Address, list[str]]:
    """Return all results at each URL, with any record."""
    found: dict[Address, list[str]] = {}
    for (address, _status), answers in column.answers.items():
        found.setdefault(address, []).extend(answers.values())
    return found


def statuses_of(column: Column) -> dict[Address, list[str]]:
    """Return the statuses of the records with which each URL was visited."""
    found: dict[Address, list[str]] = {}
    for address, status in column.answers:
        found.setdefault(address, []).append(status)
    return found


def expected(column: Column, rows: Rows) -> dict[tuple[str, str], str]:
    """Return the cells of this column by row: one row for a URL if the document has one, else one per status.

    If a draft and a public record in one row differ, the cell contains both values.
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
    """Return the rows of a screen: one for a URL, or one per status if the status matters to any role."""
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
    """Return the result of the whole walk as Markdown."""
    may = {role: allowed(walk, role) for role in ROLES}
    sections = {
        TRANSITIONS_HEADING: {
            row_of_transition(name): {role: may[role][name] for role in ROLES} for name in transition_names()
        }
    }
    for screen in SCREENS:
        sections[title(screen)] = written({role: walk_column(walk, role, screen) for role in ROLES})
    parts = [HEAD]
    for heading, rows in sections.items():
        first = ("操作", "权限") if heading == TRANSITIONS_HEADING else ("页面", "网址名")
        lines = [line(*first, *ROLES), line("---", "---", *([":-:"] * len(ROLES)))]
        lines += [line(said, f"`{name}`", *cells.values()) for (said, name), cells in rows.items()]
        parts.append(f"## {heading}\n\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


@functools.cache
def read() -> tuple[str, dict[str, Rows]]:
    """Return the text before the first section of the document, and the rows of each section."""
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
