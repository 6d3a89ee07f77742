"""Publication: visibility, protection of public entries from deletion, and constraints of the database."""

import ast
import datetime

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests.factories import ROOT, make_editor, make_phase, make_policy, make_user, update_unchecked
from tests.statuses import in_status
from timeline.models import Citation, Entry, Milestone, Policy
from timeline.workflow import ENDED, Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.timedelta(days=1)


def test_published_is_neither_draft_nor_in_review_nor_withdrawn():
    entries = {status: in_status(status) for status in Status.values}
    assert list(Entry.objects.published().values_list("slug", flat=True)) == [entries["published"].slug]
    assert [status for status, entry in entries.items() if entry.has_ended] == [*ENDED]
    assert set(Entry.objects.ever_public().values_list("slug", flat=True)) == {
        entries[status].slug for status in (Status.PUBLISHED, *ENDED)
    }
    assert [status for status, entry in entries.items() if entry.is_public] == ["published"]


def test_what_is_appointed_for_later_is_not_public_until_then():
    entry = in_status(Status.DRAFT)
    entry.publish(by=make_user(), public_from=timezone.now() + DAY)
    assert entry.status == "published"
    assert not entry.is_public
    assert not Entry.objects.published().exists()
    assert not Entry.objects.visible_to(AnonymousUser()).exists()
    assert Entry.objects.ever_public().exists()
    # The scheduled time has passed.
    update_unchecked(Entry.objects.all(), published_at=timezone.now() - DAY)
    entry.refresh_from_db()
    assert entry.is_public
    assert Entry.objects.published().exists()


def viewer(*codenames, **kw):
    user = make_user(**kw)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return type(user).objects.get(pk=user.pk)


def test_staff_with_the_right_to_view_see_everything():
    for status in Status.values:
        in_status(status)
    assert Entry.objects.visible_to(viewer("view_entry", is_staff=True)).count() == len(Status)
    assert Milestone.objects.visible_to(viewer("view_milestone", is_staff=True)).count() == len(Status)
    assert Entry.objects.visible_to(make_editor()).count() == len(Status)


def test_everybody_else_sees_what_is_published():
    for status in Status.values:
        in_status(status)
    everybody_else = {
        "nobody": None,
        "anonymous": AnonymousUser(),
        "a plain user": make_user(),
        "a user with the right who is no staff": viewer("view_entry", "view_milestone"),
        "staff without the right": make_user(is_staff=True),
        "staff with another right": viewer("view_source", "change_entry", is_staff=True),
        "staff with the right who left": viewer(
            "view_entry", "view_milestone", is_staff=True, is_active=False
        ),
        "an administrator who left": make_editor(is_active=False),
    }
    for name, user in everybody_else.items():
        assert [entry.status for entry in Entry.objects.visible_to(user)] == ["published"], name
        assert [entry.status for entry in Milestone.objects.visible_to(user)] == ["published"], name


def test_the_right_to_view_one_kind_shows_no_drafts_of_another():
    in_status(Status.DRAFT)
    user = viewer("view_policy", is_staff=True)
    make_policy()
    assert Policy.objects.visible_to(user).count() == 1
    assert Milestone.objects.visible_to(user).count() == 0
    assert Entry.objects.visible_to(user).count() == 0


WAYS_OF_DELETING = {
    "the instance": lambda entry: entry.delete(),
    "its entry": lambda entry: Entry.objects.get(pk=entry.pk).delete(),
    "a queryset": lambda entry: Milestone.objects.filter(pk=entry.pk).delete(),
    "a queryset of entries": lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
    "all": lambda entry: Entry.objects.all().delete(),
    "a relation's queryset": lambda entry: entry.phase.entries.all().delete(),
}


def of_each_status(first, second):
    """Parametrize both statuses with every way of deleting. Most cases of the second are marked as long."""
    long = {way: pytest.mark.long if way != "the instance" else () for way in WAYS_OF_DELETING}
    cases = [(first, way) for way in WAYS_OF_DELETING]
    cases += [pytest.param(second, way, marks=long[way]) for way in WAYS_OF_DELETING]
    return pytest.mark.parametrize(("status", "way"), cases)


@of_each_status(Status.PUBLISHED, Status.WITHDRAWN)
def test_what_was_ever_public_cannot_be_deleted(status, way):
    entry = in_status(status, phase=make_phase())
    with pytest.raises(models.ProtectedError, match="ever public"):
        WAYS_OF_DELETING[way](entry)
    assert Milestone.objects.filter(pk=entry.pk).exists()
    assert Citation.objects.exists()


@of_each_status(Status.DRAFT, Status.REVIEW)
def test_what_never_was_public_can_be_deleted(status, way):
    entry = in_status(status, phase=make_phase())
    WAYS_OF_DELETING[way](entry)
    assert not Entry.objects.exists()
    assert not Milestone.objects.exists()
    assert not Citation.objects.exists()


def test_what_is_appointed_to_be_public_cannot_be_deleted():
    entry = in_status(Status.DRAFT)
    entry.publish(by=make_user(), public_from=timezone.now() + DAY)
    with pytest.raises(models.ProtectedError):
        entry.delete()


def test_one_public_entry_keeps_all_of_a_queryset():
    in_status(Status.DRAFT)
    in_status(Status.PUBLISHED)
    with pytest.raises(models.ProtectedError):
        Entry.objects.all().delete()
    assert Entry.objects.count() == 2


def test_a_copy_loaded_while_it_was_a_draft_cannot_delete_what_is_public_now():
    entry = in_status(Status.DRAFT)
    copy = Milestone.objects.get(pk=entry.pk)
    entry.publish(by=make_user())
    with pytest.raises(models.ProtectedError):
        copy.delete()


def test_whoever_published_or_withdrew_something_stays_on_record():
    entry = in_status(Status.WITHDRAWN)
    for user in (entry.published_by, entry.withdrawn_by):
        with pytest.raises(models.ProtectedError):
            user.delete()


IMPOSSIBLE = {
    "unknown status": {"status": "gone"},
    "empty status": {"status": ""},
    "published at no time": {"status": "published", "published_at": None},
    "published by nobody": {"status": "published", "published_by": None},
    "withdrawn without having been public": {
        "status": "withdrawn",
        "published_at": None,
        "withdrawal_reason": "有误",
    },
    "withdrawn for no reason": {"status": "withdrawn", "withdrawal_reason": ""},
    "withdrawn at no time": {"status": "withdrawn", "withdrawal_reason": "有误", "withdrawn_at": None},
    "withdrawn by nobody": {"status": "withdrawn", "withdrawal_reason": "有误", "withdrawn_by": None},
    "a draft with a reason of withdrawal": {"status": "draft", "withdrawal_reason": "有误"},
    "published and withdrawn at a time": {
        "status": "published",
        "withdrawal_reason": "",
        "withdrawn_by": None,
    },
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_the_database_refuses(name):
    entry = in_status(Status.DRAFT)
    user = make_user().pk
    whole = {"published_at": timezone.now(), "published_by": user}
    if "withdrawn" in name:
        whole |= {"withdrawn_at": timezone.now(), "withdrawn_by": user}
    with pytest.raises(IntegrityError), transaction.atomic():
        update_unchecked(Entry.objects.filter(pk=entry.pk), **whole | IMPOSSIBLE[name])
    entry.refresh_from_db()
    assert entry.status == "draft"


QUERIES = {"filter", "exclude", "get", "update", "create", "get_or_create", "update_or_create", "Q", "When"}


def written_statuses(tree):
    """Yield lines that assign to an attribute `status` or pass it as a keyword or lookup to a queryset."""
    for node in ast.walk(tree):
        targets = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            for part in ast.walk(target):
                if isinstance(part, ast.Attribute) and part.attr == "status":
                    yield node.lineno
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = {keyword.arg or "" for keyword in node.keywords}
            # Revisions have a status of their own: the one that the entry had.
            words = {word for word in words if not word.startswith("revisions__")}
            if ast.unparse(node.func).startswith(("Revision.", "revisions.")):
                continue
            if name in QUERIES and any(
                word.split("__")[0] == "status" or "__status" in word for word in words
            ):
                yield node.lineno
            first = node.args[1] if name == "setattr" and len(node.args) > 1 else None
            if isinstance(first, ast.Constant) and first.value == "status":
                yield node.lineno


def test_only_one_module_writes_or_queries_a_status():
    offenders = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "timeline").rglob("*.py"))
        if "migrations" not in path.parts and path.name != "publishable.py"
        if "status" in (text := path.read_text(encoding="utf-8"))
        for line in written_statuses(ast.parse(text))
    ]
    assert offenders == []


@pytest.mark.parametrize(
    "code",
    [
        "entry.status = 'published'",
        "a, entry.status = 1, 2",
        "Entry.objects.filter(status='published')",
        "Citation.objects.exclude(entry__status='draft')",
        "Entry.objects.update(status=s)",
        "Q(status__in=[])",
        "setattr(entry, 'status', 'draft')",
    ],
)
def test_the_search_for_written_statuses_finds(code):
    assert list(written_statuses(ast.parse(code))) == [1]
