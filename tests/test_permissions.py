"""Who may do what at the desk: a walk over every address, action and verb, and the table that it gives.

`docs/permissions.md` is what the walk finds; `make permissions` writes it anew. New screens, actions and verbs are
found by themselves (`tests/desk_walk.py`).
"""

import functools
import inspect
import itertools
import os
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory

from tests import factories as make
from tests.desk_walk import (
    ANONYMOUS,
    ROLES,
    STATUSES,
    WITHOUT_RIGHTS,
    Address,
    Desk,
    site_addresses,
)
from tests.factories import ROOT
from timeline import publishing
from timeline.models import Entry
from timeline.people import ADMINISTRATORS
from timeline.publishing import Publishable

pytestmark = pytest.mark.django_db

DOCUMENT = ROOT / "docs" / "permissions.md"


@dataclass(frozen=True)
class Visit:
    """One address with one record, as every role finds it."""

    address: Address
    status: str
    answers: dict[str, dict[str, str]]

    def may(self, role: str) -> str:
        return "·".join(word for word in self.answers[role].values() if word in ("看", "办")) or "—"

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(self.may(role) for role in ROLES)


@functools.cache
def walk() -> tuple[list[Visit], dict[Any, dict[str, dict[str, str]]], dict[str, set[str]]]:
    """Every address as every role finds it; the actions of each list; the verbs of each role."""
    desk = Desk()
    visits = [
        Visit(address, status, {role: desk.visit(role, address, record) for role in ROLES})
        for address in site_addresses()
        for status, record in desk.records(address).items()
    ]
    offered = {
        model: {role: actions(model, desk.people[role]) for role in ROLES} for model in admin.site._registry
    }
    allowed = {
        role: {verb for verb in verbs() if desk.people[role].has_perm(f"timeline.{verb}_entry")}
        for role in ROLES
    }
    return visits, offered, allowed


def verbs() -> list[str]:
    """Whatever an entry has a permission for, then the verbs of publication that have none."""
    listed = getattr(publishing, "VERBS", None) or [
        name
        for name, method in vars(Publishable).items()
        if inspect.isfunction(method)
        and not name.startswith("_")
        and "by" in inspect.signature(method).parameters
    ]
    names = [
        verb if isinstance(verb, str) else getattr(verb, "name", None) or verb.__name__ for verb in listed
    ]
    permitted = [codename.removesuffix("_entry") for codename, _label in Entry._meta.permissions]
    return [*permitted, *(name for name in names if name not in permitted)]


def labels() -> dict[str, str]:
    return {codename: str(label) for codename, label in Entry._meta.permissions}


def actions(model: Any, user: Any) -> dict[str, str]:
    """The actions that this model's list offers this user, with their titles."""
    request = RequestFactory().get("/")
    request.user = user
    screen = admin.site._registry[model]
    if not (user.is_active and user.is_staff and screen.has_view_or_change_permission(request)):
        return {}
    plural = {"verbose_name_plural": screen.opts.verbose_name_plural}
    return {name: str(title) % plural for name, (_do, _name, title) in screen.get_actions(request).items()}


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def table(*first: str) -> list[str]:
    heads = [*first, *ROLES]
    return [row(*heads), row(*(["---"] * len(first) + [":-:"] * len(ROLES)))]


def document() -> str:
    """The walk, as Markdown."""
    visits, offered, allowed = walk()
    lines = [
        "# 权限",
        "",
        "各用户组在编辑后台可做之事。本文件由测试逐一访问后台的每个网址、每项批量操作后生成，请勿手工修改：",
        "程序改动后运行 `make permissions` 重写，与实际不符时测试不通过。",
        "用户组由 `manage.py setup_groups` 建立，权限的定义在 `timeline/people.py`。",
        "",
        "看＝可以查看；办＝可以提交；—＝不可以。超级用户不在其列，没有限制。",
        "",
        "## 编辑流程",
        "",
        *table("操作", "权限"),
    ]
    for verb in verbs():
        may = ["办" if verb in allowed[role] else "—" for role in ROLES]
        lines.append(row(labels().get(f"{verb}_entry", verb), f"`timeline.{verb}_entry`", *may))
    for model in [None, *sorted(offered, key=lambda model: model._meta.label)]:
        title = "后台" if model is None else str(model._meta.verbose_name_plural)
        lines += ["", f"## {title}", "", *table("页面", "网址名")]
        for address, same in itertools.groupby(
            [visit for visit in visits if visit.address.model is model], lambda visit: visit.address
        ):
            found = list(same)
            if len({visit.cells for visit in found}) == 1:
                lines.append(row(address.title, f"`{address.name}`", *found[0].cells))
                continue
            for visit in found:
                lines.append(row(address.title + STATUSES[visit.status], f"`{address.name}`", *visit.cells))
        by_role = offered.get(model, {})
        for name, label in {
            name: label for found in by_role.values() for name, label in found.items()
        }.items():
            may = ["办" if name in by_role[role] else "—" for role in ROLES]
            lines.append(row(f"批量操作：{label}", f"`{name}`", *may))
    return "\n".join(lines) + "\n"


def test_the_document_says_what_the_walk_finds():
    found = document()
    if os.environ.get("WRITE_PERMISSIONS"):
        DOCUMENT.write_text(found, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == found, "Run make permissions, and read what changed."


def test_nothing_but_the_login_opens_to_the_anonymous():
    open_to_all = {visit.address.name for visit in walk()[0] if visit.may(ANONYMOUS) != "—"}
    assert open_to_all == {"login"}


def test_no_screen_opens_to_staff_without_rights():
    screens = [visit for visit in walk()[0] if visit.address.model is not None]
    assert [visit.address for visit in screens if visit.may(WITHOUT_RIGHTS) != "—"] == []


def test_every_address_was_visited_with_a_record_that_exists():
    for address, visits in itertools.groupby(walk()[0], lambda visit: visit.address):
        answers = {answer for visit in visits for answer in visit.answers[ADMINISTRATORS].values()}
        assert answers - {"404", "405"}, f"Tell SAMPLES what to fill into {address}"


def test_every_verb_of_publication_has_its_permission():
    assert [verb for verb in verbs() if f"{verb}_entry" not in labels()] == []


def test_an_action_that_is_a_verb_is_offered_to_those_who_have_its_permission():
    _visits, offered, allowed = walk()
    for model in make.ENTRY_MAKERS:
        for verb in {name for found in offered[model].values() for name in found} & set(verbs()):
            holders = {role for role in ROLES if verb in offered[model][role]}
            assert holders == {role for role in ROLES if verb in allowed[role]}, (model, verb)
