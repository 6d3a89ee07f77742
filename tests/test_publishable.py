"""Publication: protection of public entries from deletion, and constraints of the database."""

import ast
import datetime
import re

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests.factories import ROOT, make_phase, make_user, update_unchecked
from tests.statuses import in_status
from timeline.models import Citation, Entry, Milestone
from timeline.workflow import Status

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.timedelta(days=1)

OF_REVISIONS = re.compile(r"(Revision|revisions|revisions_of_each|_of_each)\b")


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
            # Revisions have a status of their own: the one that the record had.
            if OF_REVISIONS.match(ast.unparse(node.func)):
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
        if "migrations" not in path.parts and path.name not in ("publishable.py", "visibility.py")
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
