"""Who may do what in the admin: a walk over every address, action and transition, compared with the document.

`make documents` writes the results of the walk to `docs/permissions.md`. The walk finds new screens, actions
and transitions automatically (`tests/admin_walk.py`). Each column of each section is walked separately.
"""

from typing import Any

import pytest

from tests import factories as make
from tests.admin_walk import ANONYMOUS, ROLES, WITHOUT_RIGHTS, AdminWalk
from tests.permissions_document import (
    HEAD,
    NO,
    SCREENS,
    TRANSITIONS_HEADING,
    allowed,
    by_address,
    expected,
    labels,
    read,
    row_of_transition,
    title,
    transition_names,
    walk_column,
)
from timeline.accounts.roles import ADMINISTRATORS
from timeline.models import REFERENCES, Policy, Source

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# Models with the same screens as Policy, for kinds of entries, or as Source, for reference records.
ALIKE = [
    *(model for model in make.ENTRY_MAKERS if model is not Policy),
    *(model for model in REFERENCES if model is not Source),
]

NAMES = dict(zip(ROLES, ("anonymous", "without-rights", "editor", "reviewer", "administrator"), strict=True))


def takes_long(role: str, screen: Any) -> bool:
    """Return whether another walk has the same result: on a similar screen, or by the previous role."""
    if screen in ALIKE or role in (ANONYMOUS, WITHOUT_RIGHTS):
        return screen in ALIKE and role != ANONYMOUS
    before = ROLES[ROLES.index(role) - 1]
    return all(cells[role] == cells[before] for cells in read()[1][title(screen)].values())


walks = pytest.mark.parametrize(
    ("role", "screen"),
    [
        pytest.param(
            role,
            screen,
            marks=pytest.mark.long if takes_long(role, screen) else (),
            id=f"{NAMES[role]}-{'site' if screen is None else screen._meta.model_name}",
        )
        for screen in SCREENS
        for role in ROLES
    ],
)


@pytest.fixture(scope="module")
def walk(module_records: None) -> AdminWalk:
    return AdminWalk()


@walks
def test_the_document_says_what_a_role_finds_on_a_screen(walk, role, screen):
    rows = read()[1][title(screen)]
    found = walk_column(walk, role, screen)
    said = {key: cells[role] for key, cells in rows.items()}
    assert said == expected(found, rows), "Run make documents, and read what changed."
    if role == ADMINISTRATORS:
        # An administrator can use every address with at least one record.
        for address, answers in by_address(found).items():
            assert set(answers) - {"404", "405"}, f"Tell SAMPLES what to fill into {address}"


def test_nothing_but_the_login_opens_to_the_anonymous():
    _head, sections = read()
    assert [key for rows in sections.values() for key, cells in rows.items() if cells[ANONYMOUS] != NO] == [
        ("登录", "login")
    ]


def test_no_screen_opens_to_staff_without_rights():
    _head, sections = read()
    for screen in SCREENS[1:]:
        assert {cells[WITHOUT_RIGHTS] for cells in sections[title(screen)].values()} == {NO}, screen


def test_the_document_has_a_section_for_the_transitions_and_for_each_screen_and_none_else():
    head, sections = read()
    assert head == HEAD
    assert [*sections] == [TRANSITIONS_HEADING, *map(title, SCREENS)]
    assert all([*cells] == ROLES for rows in sections.values() for cells in rows.values())


def test_the_document_has_two_rows_only_where_a_draft_and_a_public_record_differ():
    for rows in read()[1].values():
        for (said, name), cells in rows.items():
            if said.endswith("（草稿）"):
                assert rows[said.replace("（草稿）", "（已公开）"), name] != cells, (said, name)


def test_the_document_has_no_action_that_nobody_is_offered():
    for rows in read()[1].values():
        for key, cells in rows.items():
            assert not key[0].startswith("批量操作：") or {*cells.values()} != {NO}, key


def test_the_document_says_who_has_the_permission_of_each_transition(walk):
    may = {role: allowed(walk, role) for role in ROLES}
    assert read()[1][TRANSITIONS_HEADING] == {
        row_of_transition(name): {role: may[role][name] for role in ROLES} for name in transition_names()
    }


def test_every_transition_has_its_permission():
    assert [name for name in transition_names() if f"{name}_entry" not in labels()] == []


def test_an_action_that_is_a_transition_is_offered_to_those_who_have_its_permission():
    sections = read()[1]
    holders = {name: sections[TRANSITIONS_HEADING][row_of_transition(name)] for name in transition_names()}
    for model in make.RECORD_MAKERS:
        offered = {name: cells for (_said, name), cells in sections[title(model)].items() if name in holders}
        assert offered
        assert offered == {name: holders[name] for name in offered}, model
