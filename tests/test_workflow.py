"""Publication: who sees what, which verb leads where, and that nothing public is ever lost."""

import ast
import datetime
import itertools

import pytest
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import (
    ENTRY_MAKERS,
    ROOT,
    make_citation,
    make_editor,
    make_goal,
    make_milestone,
    make_phase,
    make_policy,
    make_relation,
    make_source,
    make_user,
    update_unchecked,
)
from timeline.editing.restoring import restore_revision
from timeline.editing.revisions import record_revision
from timeline.editing.working_copies import publish_working_copy, save_working_copy
from timeline.models import Citation, Entry, Milestone, Policy
from timeline.rows.tables import table_of
from timeline.workflow import NotPublishableError, Status, TransitionNotAllowedError, publish_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

DAY = datetime.timedelta(days=1)


def in_status(status, **kw):
    """A cited milestone that came to this status by the verbs."""
    entry = make_milestone(**kw)
    make_citation(entry)
    by = make_user()
    if status == Status.REVIEW:
        entry.submit(by=by)
    elif status != Status.DRAFT:
        entry.publish(by=by)
        if status == Status.WITHDRAWN:
            entry.withdraw(by=by, reason="重复")
    return entry


VERBS = {
    "submit": lambda entry: entry.submit(by=make_user()),
    "publish": lambda entry: entry.publish(by=make_user()),
    "withdraw": lambda entry: entry.withdraw(by=make_user(), reason="有误"),
}
ALLOWED = {
    ("draft", "submit"): "review",
    ("draft", "publish"): "published",
    ("review", "publish"): "published",
    ("withdrawn", "publish"): "published",
    ("published", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", Status.values)
def test_each_verb_leads_where_it_may_and_is_refused_everywhere_else(status, verb):
    entry = in_status(status)
    before = entry.changed_at
    if (status, verb) in ALLOWED:
        VERBS[verb](entry)
        entry.refresh_from_db()
        assert entry.status == ALLOWED[status, verb]
        assert entry.changed_at > before
    else:
        with pytest.raises(TransitionNotAllowedError) as refusal:
            VERBS[verb](entry)
        assert str(Status(status).label) in refusal.value.messages[0]
        entry.refresh_from_db()
        assert (entry.status, entry.changed_at) == (status, before)


def test_publishing_says_since_when_and_by_whom():
    entry, by = in_status(Status.DRAFT), make_user()
    before = timezone.now()
    entry.publish(by=by)
    entry.refresh_from_db()
    assert entry.published_by == by
    assert before <= entry.published_at <= timezone.now()


def test_withdrawing_says_when_by_whom_and_why():
    entry, by = in_status(Status.PUBLISHED), make_user()
    before = timezone.now()
    entry.withdraw(by=by, reason="  与另一条重复 ")
    entry.refresh_from_db()
    assert (entry.withdrawn_by, entry.withdrawal_reason) == (by, "与另一条重复")
    assert before <= entry.withdrawn_at <= timezone.now()
    assert entry.published_at is not None
    assert entry.status == "withdrawn"
    assert not entry.is_public


def test_publishing_again_what_was_withdrawn_forgets_the_withdrawal():
    entry = in_status(Status.WITHDRAWN)
    entry.publish(by=make_user())
    entry.refresh_from_db()
    assert (entry.withdrawn_at, entry.withdrawn_by, entry.withdrawal_reason) == (None, None, "")
    assert entry.is_public


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_withdrawing_needs_a_reason(reason):
    entry = in_status(Status.PUBLISHED)
    with pytest.raises(ValidationError) as refusal:
        entry.withdraw(by=make_user(), reason=reason)
    assert list(refusal.value.message_dict) == ["withdrawal_reason"]
    entry.refresh_from_db()
    assert entry.status == "published"


def test_a_reason_that_its_column_cannot_hold_is_refused():
    entry = in_status(Status.PUBLISHED)
    with pytest.raises(ValidationError) as refusal:
        entry.withdraw(by=make_user(), reason="长" * 301)
    assert list(refusal.value.message_dict) == ["withdrawal_reason"]


@pytest.mark.parametrize("make", ENTRY_MAKERS.values(), ids=lambda make: make.__name__)
def test_publishing_is_refused_where_nothing_is_cited(make):
    entry = make()
    with pytest.raises(NotPublishableError) as refusal:
        entry.publish(by=make_user())
    (objection,) = refusal.value.objections
    assert objection.field == "citations"
    assert entry.title in objection.message
    entry.refresh_from_db()
    assert (entry.status, entry.published_at) == ("draft", None)


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_what_an_entry_names_and_is_not_public_is_called_what_it_is(is_withdrawn):
    policy = make_policy(title="某意见", published=is_withdrawn)
    if is_withdrawn:
        policy.withdraw(by=make_user(), reason="有误")
    related, milestone, goal = make_policy(), make_milestone(), make_goal(declared_by=policy)
    make_relation(related, "implements", policy)
    milestone.policies.add(policy)
    said = [
        [one.message for one in entry.objections_to_publishing(make_user()) if one.field != "citations"]
        for entry in (related, milestone, goal)
    ]
    state = "was withdrawn." if is_withdrawn else "is not published."
    assert said == [
        [f"The related policy “某意见” {state}"],
        [f"The policy “某意见”, which this names, {state}"],
        [f"“某意见”, which declared this goal, {state}"],
    ]


def test_an_entry_that_is_not_saved_cannot_be_published():
    with pytest.raises(TransitionNotAllowedError):
        Milestone(title="启动").publish(by=make_user())


def test_two_public_policies_cannot_bear_one_document_number():
    make_policy(title="甲决定", document_number="甬党〔2010〕14号", published=True)
    second = make_policy(document_number="甬党[2010]14号")
    second.refresh_from_db()
    with pytest.raises(NotPublishableError) as refusal:
        second.publish(by=make_user())
    assert [objection.field for objection in refusal.value.objections] == ["citations", "document_number"]
    assert "甬党〔2010〕14号" in refusal.value.objections[1].message
    assert "甲决定" in refusal.value.objections[1].message


def test_a_draft_may_bear_the_document_number_of_another_draft():
    make_policy(document_number="甬党〔2010〕14号")
    second = make_policy(document_number="甬党〔2010〕14号", published=True)
    assert second.is_public


def test_a_policy_is_not_in_the_way_of_itself():
    policy = make_policy(document_number="甬党〔2010〕14号", published=True)
    policy.withdraw(by=make_user(), reason="有误")
    policy.publish(by=make_user())
    assert policy.is_public


def test_what_is_appointed_for_later_is_not_public_until_then():
    entry = in_status(Status.DRAFT)
    entry.publish(by=make_user(), now=timezone.now() + DAY)
    assert entry.status == "published"
    assert not entry.is_public
    assert not Entry.objects.published().exists()
    assert not Entry.objects.visible_to(AnonymousUser()).exists()
    assert Entry.objects.ever_public().exists()
    # The day comes.
    update_unchecked(Entry.objects.all(), published_at=timezone.now() - DAY)
    entry.refresh_from_db()
    assert entry.is_public
    assert Entry.objects.published().exists()


def test_published_is_neither_draft_nor_in_review_nor_withdrawn():
    entries = {status: in_status(status) for status in Status.values}
    assert list(Entry.objects.published().values_list("slug", flat=True)) == [entries["published"].slug]
    assert [status for status, entry in entries.items() if entry.status == "withdrawn"] == ["withdrawn"]
    assert set(Entry.objects.ever_public().values_list("slug", flat=True)) == {
        entries["published"].slug,
        entries["withdrawn"].slug,
    }
    assert [status for status, entry in entries.items() if entry.is_public] == ["published"]


def viewer(*codenames, **kw):
    user = make_user(**kw)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return type(user).objects.get(pk=user.pk)


def test_staff_with_the_right_to_view_see_everything():
    for status in Status.values:
        in_status(status)
    assert Entry.objects.visible_to(viewer("view_entry", is_staff=True)).count() == 4
    assert Milestone.objects.visible_to(viewer("view_milestone", is_staff=True)).count() == 4
    assert Entry.objects.visible_to(make_editor()).count() == 4


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
    """Every way for the first; for the second one as well, and the others where there is time."""
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
    entry.publish(by=make_user(), now=timezone.now() + DAY)
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


def test_a_copy_loaded_while_it_was_a_draft_cannot_take_back_what_is_public_now():
    entry = in_status(Status.DRAFT)
    copy = Milestone.objects.get(pk=entry.pk)
    entry.publish(by=make_user())
    with pytest.raises(TransitionNotAllowedError):
        copy.submit(by=make_user())
    entry.refresh_from_db()
    assert entry.is_public


def test_saving_a_copy_loaded_while_it_was_a_draft_does_not_take_back_what_is_public_now():
    entry = in_status(Status.DRAFT)
    copy = Milestone.objects.get(pk=entry.pk)
    entry.publish(by=make_user())
    copy.title = "改过的题名"
    copy.save()
    entry.refresh_from_db()
    assert entry.title == "改过的题名"
    assert entry.is_public


def test_whoever_published_or_withdrew_something_stays_on_record():
    entry = in_status(Status.WITHDRAWN)
    for user in (entry.published_by, entry.withdrawn_by):
        with pytest.raises(models.ProtectedError):
            user.delete()


def test_a_source_that_is_cited_cannot_be_deleted():
    source = make_source()
    make_citation(make_milestone(), source=source)
    with pytest.raises(models.ProtectedError):
        source.delete()


def test_what_declares_a_goal_cannot_be_deleted():
    policy = make_policy()
    make_goal(declared_by=policy)
    with pytest.raises(models.ProtectedError):
        policy.delete()


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


def written_statuses(tree):
    """Lines that assign to an attribute `status`, or pass a keyword or lookup of it to a queryset."""
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
            # A revision keeps the status that its entry had.
            words = {word for word in words if not word.startswith("revisions__")}
            if ast.unparse(node.func).startswith("Revision."):
                continue
            if name in QUERIES and any(
                word.split("__")[0] == "status" or "__status" in word for word in words
            ):
                yield node.lineno
            first = node.args[1] if name == "setattr" and len(node.args) > 1 else None
            if isinstance(first, ast.Constant) and first.value == "status":
                yield node.lineno


QUERIES = {"filter", "exclude", "get", "update", "create", "get_or_create", "update_or_create", "Q", "When"}


def test_only_publishing_writes_or_queries_a_status():
    offenders = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "timeline").rglob("*.py"))
        if "migrations" not in path.parts and path.name != "workflow.py"
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


def test_what_is_only_appointed_becomes_a_draft_again_when_it_is_withdrawn():
    entry = in_status(Status.DRAFT)
    entry.publish(by=make_user(), now=timezone.now() + DAY)
    entry.withdraw(by=make_user(), reason="暂缓")
    entry.refresh_from_db()
    assert (entry.status, entry.published_at, entry.withdrawal_reason) == ("draft", None, "")
    entry.delete()


def test_what_was_withdrawn_is_published_again_at_once_or_not_at_all():
    entry = in_status(Status.WITHDRAWN)
    with pytest.raises(TransitionNotAllowedError):
        entry.publish(by=make_user(), now=timezone.now() + DAY)
    entry.refresh_from_db()
    assert entry.status == "withdrawn"
    entry.publish(by=make_user())
    assert entry.is_public


def test_a_goal_waits_for_what_declares_it():
    policy = make_policy()
    goal = make_goal(declared_by=policy)
    make_citation(goal)
    with pytest.raises(NotPublishableError) as refusal:
        goal.publish(by=make_user())
    assert [objection.field for objection in refusal.value.objections] == ["declared_by"]
    make_citation(policy)
    policy.publish(by=make_user())
    goal.publish(by=make_user())
    assert goal.is_public


def of(*entries):
    """By their models the keys of these entries."""
    keys = {}
    for entry in entries:
        keys.setdefault(type(entry), []).append(entry.pk)
    return keys


def cited(entry):
    make_citation(entry)
    return entry


def test_what_refers_to_each_other_is_published_together():
    one, other = cited(make_policy()), cited(make_policy())
    make_relation(one, "implements", other)
    make_relation(other, "amends", one)
    goal = cited(make_goal(declared_by=one))
    milestone = cited(make_milestone())
    milestone.policies.add(other)
    by = make_user()
    assert publish_all(of(goal, milestone, one, other), by=by) == {}
    for entry in Entry.objects.all():
        assert entry.is_public
        assert entry.published_by == by
        assert entry.changed_at == entry.published_at
        (revision,) = entry.revisions.filter(action="published")
        assert (revision.created_by, revision.status, revision.public_from) == (
            by,
            "published",
            entry.published_at,
        )


def test_what_refers_to_what_is_refused_is_refused_as_well_and_the_rest_is_published():
    bare, free = make_policy(title="没有来源的"), cited(make_milestone())
    leaning = cited(make_policy(title="依据前者的"))
    make_relation(leaning, "implements", bare)
    goal = cited(make_goal(declared_by=leaning))
    refused = publish_all(of(goal, free, leaning, bare), by=make_user())
    assert {key: [(one.field, one.other) for one in found] for key, found in refused.items()} == {
        bare.pk: [("citations", None)],
        leaning.pk: [("relations", bare.pk)],
        goal.pk: [("declared_by", leaning.pk)],
    }
    assert [*Entry.objects.published()] == [Entry.objects.get(pk=free.pk)]


def test_of_two_with_one_document_number_published_together_the_first_gets_it():
    first, second = (cited(make_policy(document_number="甬党〔2010〕14号")) for _ in range(2))
    ((key, (objection,)),) = publish_all(of(second, first), by=make_user()).items()
    assert (key, objection.field) == (second.pk, "document_number")
    assert Policy.objects.published().get() == first


def test_what_is_public_already_is_refused_and_stays_as_it_is():
    entry = in_status(Status.PUBLISHED)
    since = entry.published_at
    ((objection,),) = publish_all(of(entry), by=make_user()).values()
    assert "Published" in objection.message
    assert Entry.objects.get(pk=entry.pk).published_at == since


def test_publishing_many_takes_as_many_queries_as_publishing_few(django_assert_num_queries, settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    by = make_user()
    numbers = itertools.count()

    def some(count):
        made = []
        for _ in range(count):
            policy, other = (
                cited(make_policy(document_number=f"甬政发〔2013〕{next(numbers) + 1}号")) for _ in range(2)
            )
            make_relation(policy, "implements", other)
            made += [policy, other, cited(make_goal(declared_by=policy)), cited(make_milestone())]
        return of(*made)

    few, many = some(1), some(3)
    with CaptureQueriesContext(connection) as captured:
        assert publish_all(few, by=by) == {}
    with django_assert_num_queries(len(captured)):
        assert publish_all(many, by=by) == {}
    assert Entry.objects.published().count() == 4 * 4


def test_what_stands_in_the_way_of_each_stands_in_its_way_among_many(settings):
    settings.NOBODY_PUBLISHES_OWN_WORK = True
    by = make_user()
    make_policy(title="甲", document_number="甬党〔2010〕14号", published=True)
    same, leaning = make_policy(document_number="甬党〔2010〕14号"), cited(make_policy())
    make_relation(leaning, "implements", same)
    own = cited(make_policy())
    record_revision(own, by=by)
    withdrawn = cited(make_policy(published=True))
    withdrawn.withdraw(by=make_user(), reason="重复")
    save_working_copy(withdrawn, table_of(Policy).whole_row_of(withdrawn) | {"title": "新"}, by=make_user())
    policies = [same, leaning, own, Policy.objects.get(pk=withdrawn.pk)]
    together = Policy.objections_of(policies, by)
    assert together == {policy.pk: policy.objections_to_publishing(by) for policy in policies}
    assert [len(found) for found in together.values()] == [2, 1, 1, 1]


def test_a_public_policy_cannot_take_the_number_of_another():
    make_policy(document_number="甬党〔2010〕14号", published=True)
    other = make_policy(published=True)
    other.document_number = "甬党[2010]14号"
    with pytest.raises(ValidationError) as refusal:
        other.full_clean()
    assert list(refusal.value.message_dict) == ["document_number"]


def test_the_last_source_of_what_is_public_cannot_be_taken_away():
    entry = make_milestone(published=True)
    citation = entry.citations.get()
    for take_away in (citation.delete, entry.citations.all().delete, Citation.objects.all().delete):
        with pytest.raises(models.ProtectedError):
            take_away()
    assert entry.citations.count() == 1
    make_citation(entry)
    citation.delete()
    assert entry.citations.count() == 1


@pytest.mark.parametrize("ago", [datetime.timedelta(hours=1), datetime.timedelta(days=9000)])
def test_nobody_publishes_as_of_a_time_that_is_past(ago):
    entry = make_policy(date="2013")
    make_citation(entry)
    with pytest.raises(ValidationError):
        entry.publish(by=make_user(), now=timezone.now() - ago)
    assert not type(entry).objects.get(pk=entry.pk).is_ever_public


def test_restoring_a_revision_of_what_is_public_keeps_since_when_it_is():
    entry, user = make_policy(date="2013", title="原题"), make_user()
    make_citation(entry)
    first = record_revision(entry, by=user)
    entry.publish(by=user)
    since = type(entry).objects.get(pk=entry.pk).published_at
    save_working_copy(entry, {**first.content, "title": "改题"}, by=user)
    publish_working_copy(entry, by=user)
    restore_revision(first, by=user)
    publish_working_copy(entry, by=user)
    restored = type(entry).objects.get(pk=entry.pk)
    assert (restored.title, restored.published_at) == ("原题", since)
