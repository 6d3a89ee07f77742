"""Who may not do it, does not by a typed address or a typed form either: every transition, on every model of records."""

import pytest
from django.urls import reverse

from tests import factories as make
from tests.admin_walk import ANONYMOUS, EDITORS, WITHOUT_RIGHTS, AdminWalk
from timeline.models import Chronicle, Policy, Revision, Topic
from timeline.workflow import TRANSITIONS

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

# The others have the same screens.
FIRST = (Policy, Topic, Chronicle)
models = pytest.mark.parametrize(
    "model",
    [
        pytest.param(model, marks=() if model in FIRST else pytest.mark.long, id=model._meta.model_name)
        for model in make.RECORD_MAKERS
    ],
)


@pytest.fixture(scope="module")
def walk(module_records: None) -> AdminWalk:
    return AdminWalk()


def address(model, tag, *args):
    return reverse(f"admin:timeline_{model._meta.model_name}_{tag}", args=args)


def refused(response):
    return response.status_code == 403 or response.get("Location", "").startswith(reverse("admin:login"))


@models
@pytest.mark.parametrize("name", TRANSITIONS)
def test_a_transition_is_refused_at_every_address_to_those_without_its_permission(walk, model, name):
    transition = TRANSITIONS[name]
    public, draft = walk.public[model], walk.drafts.get(model, walk.public[model])
    for role in (ANONYMOUS, WITHOUT_RIGHTS, EDITORS):
        if walk.people[role].has_perm(transition.permission):
            continue
        typed = {"_transition": name, "reason": "理由", "note": "", "why": "理由", "ids": str(draft.pk)}
        places = [
            address(model, "verb", name),
            address(model, "copy_verb", public.pk, name),
            address(model, "draft_preview", draft.pk),
            address(model, "change", draft.pk),
            address(model, "change", public.pk),
        ]
        for place in places:
            # What is public has no preview: that leads to its page.
            is_elsewhere = model is Chronicle and "/preview/" in place
            answer = walk.answer(role, "post", place, typed)
            assert refused(answer) or is_elsewhere, (role, place, answer.status_code)
            assert not [sql for sql in answer.writes if "timeline_revision" in sql], (role, place)
        for place in places[:2]:
            assert refused(walk.answer(role, "get", place, {"ids": str(draft.pk)})), (role, place)


@models
def test_whoever_may_not_publish_neither_restores_nor_recovers_nor_discards_what_others_wrote(walk, model):
    public, draft = walk.public[model], walk.drafts.get(model, walk.public[model])
    places = [
        # Restoring what is public begins a working copy, as any change does; the chronicle is public.
        *([address(model, "restore", draft.pk, 1)] if model is not Chronicle else []),
        address(model, "recover", walk.deleted[model].pk),
        address(model, "discard_copy", public.pk),
    ]
    for role in (ANONYMOUS, WITHOUT_RIGHTS, EDITORS):
        for place in places:
            answers = [walk.answer(role, method, place, {"reason": "理由"}) for method in ("get", "post")]
            assert all(map(refused, answers)), (role, place)
            assert not any(answer.writes for answer in answers), (role, place)


@models
def test_staff_without_rights_neither_read_nor_change_a_record(walk, model):
    public, draft = walk.public[model], walk.drafts.get(model, walk.public[model])
    places = [address(model, tag) for tag in ("changelist", "add", "deleted", "export")]
    for record in (public, draft):
        places += [address(model, tag, record.pk) for tag in ("change", "delete", "history", "working_copy")]
    places += [address(model, tag, public.pk) for tag in ("preview", "conflict")]
    before = Revision.objects.count()
    for role in (ANONYMOUS, WITHOUT_RIGHTS):
        for place in places:
            for method in ("get", "post"):
                assert refused(walk.answer(role, method, place, {"title": "改", "post": "yes"})), (
                    role,
                    place,
                )
    assert Revision.objects.count() == before
