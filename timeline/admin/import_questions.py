"""What an upload leaves open, as the fields of its preview, and the answers from them."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.exchange.mapping.cell_values import takes_typed_value
from timeline.exchange.mapping.questions import Question, by_answer
from timeline.exchange.mapping.record_choices import (
    CREATE,
    EMPTY,
    FILL,
    KEEP,
    LEAVE_OUT,
    MERGE,
    NEW,
    RECORD,
    SEPARATE,
    TAKE,
    slug_chosen,
    slug_filled,
)
from timeline.exchange.mapping.typed_names import takes_new_title

# With more choices, a question has a select in place of radio buttons.
MAX_RADIOS = 6
# As long is the answer that somebody types.
MAX_TYPED = 300
# Of the digest of its key in the name of a field: keys have texts of files.
_DIGEST = 16
# The answer that each question has a record that is there: the only one, or the one that is proposed.
STORED = "stored"
# The same record, of which only what is empty is filled in.
FILLED = "filled"
NOTHING_REFUSED: Mapping[str, Sequence[str]] = {}


@dataclass(frozen=True)
class QuestionKind:
    """A kind of questions: its heading, the answers that all of them can get at once, each with its label, and what may be typed."""

    heading: Promise
    shared_answers: Mapping[str, Promise]
    # The label of the field of another answer than the choices; "" if there is none.
    other: Promise | str = ""


class ShownQuestion(TypedDict):
    """A question with the fields of its answer, for a page; `choices` are values, labels and slugs."""

    question: Question
    name: str
    choices: Sequence[tuple[str, str, str]]
    has_radios: bool
    other: str
    other_label: Promise | str
    is_remembered: bool
    # Why it is asked again, and what was typed if that cannot be taken.
    error: str
    typed: str
    has_focus: NotRequired[bool]


class ShownKind(TypedDict):
    """The questions of a kind, for a page, with the answers that all of them can get at once."""

    heading: Promise
    field: str
    shared: Sequence[tuple[str, Promise]]
    items: Sequence[ShownQuestion]


class QuestionGroup(TypedDict):
    """A group of `by_answer()`, for a page; `count` is also of those that are not shown. One with errors is unfolded."""

    name: str
    shown: int
    count: int
    is_unfolded: bool
    kinds: Sequence[ShownKind]


# By `Question.kind`, in the order of a page.
KINDS: Mapping[str, QuestionKind] = {
    "struck": QuestionKind(
        gettext_lazy("Rows that are struck through"),
        {
            LEAVE_OUT: gettext_lazy("Leave all of these rows out"),
            TAKE: gettext_lazy("Read all of these rows"),
        },
    ),
    "record": QuestionKind(
        gettext_lazy("Rows that may be records that you have"),
        {
            STORED: gettext_lazy("All of these are the records that you have"),
            FILLED: gettext_lazy(
                "All of these are the records that you have; only what is empty is filled in"
            ),
            NEW: gettext_lazy("All of these are new"),
        },
    ),
    "deleted": QuestionKind(
        gettext_lazy("Rows of records that were deleted since an import"),
        {
            LEAVE_OUT: gettext_lazy("Leave all of these rows out"),
            NEW: gettext_lazy("Create all of these again"),
        },
    ),
    "twins": QuestionKind(
        gettext_lazy("Rows that may be one record"),
        {
            MERGE: gettext_lazy("Put the rows together each time"),
            SEPARATE: gettext_lazy("All of these are different records"),
            LEAVE_OUT: gettext_lazy("Leave out all but the first each time"),
        },
    ),
    "edit": QuestionKind(
        gettext_lazy("Present values that the file would change"),
        {
            KEEP: gettext_lazy("All present values stay"),
            TAKE: gettext_lazy("Take all of these from the file"),
        },
    ),
    "name": QuestionKind(
        gettext_lazy("Names"),
        {
            CREATE: gettext_lazy("Create all of these"),
            EMPTY: gettext_lazy("Leave all of these empty"),
        },
        gettext_lazy("Another one (title, other name or slug):"),
    ),
    "date": QuestionKind(
        gettext_lazy("Dates"),
        {EMPTY: gettext_lazy("Leave all of these empty")},
        gettext_lazy("Another date, as far as it is known (2016, 2016-09, 2016-09-26, 2016年底):"),
    ),
    "value": QuestionKind(
        gettext_lazy("Cells that cannot be read"),
        {EMPTY: gettext_lazy("Leave all of these empty")},
        gettext_lazy("Another value:"),
    ),
    "choice": QuestionKind(
        gettext_lazy("Words in columns of choices"), {EMPTY: gettext_lazy("Leave all of these empty")}
    ),
    "document-type": QuestionKind(gettext_lazy("Types of documents"), {}),
}
# The label of the field of another answer where that may be a new record as well.
NEW_TITLE = gettext_lazy(
    "Another one (title, other name or slug), or the full name under which a new one is created:"
)


def field_name(question: Question) -> str:
    """The name of the field of a question."""
    return f"answer-{hashlib.sha256(question.key.encode()).hexdigest()[:_DIGEST]}"


def other_field_name(question: Question) -> str:
    """The name of the field of another answer than those among the choices; "" for questions that have none."""
    return field_name(question).replace("answer-", "other-") if _other_label(question) else ""


def _other_label(question: Question) -> Promise | str:
    """The label of the field of another answer; "" where none can be typed, as for rows of which each has its own date."""
    if takes_new_title(question):
        return NEW_TITLE
    return KINDS[question.kind].other if question.kind == "name" or takes_typed_value(question) else ""


def others_in(data: Mapping[str, str], questions: Sequence[Question]) -> list[tuple[Question, str]]:
    """The questions for which another answer was typed, with its text."""
    typed = ((one, str(data.get(other_field_name(one), ""))[:MAX_TYPED].strip()) for one in questions)
    return [(one, text) for one, text in typed if text]


def shared_field_name(group: str, kind: str) -> str:
    """The name of the field that answers all questions of a kind in a group of `by_answer()`."""
    return f"all-{group}-{kind}"


def question_groups(
    questions: Sequence[Question],
    hidden: Mapping[str, int],
    remembered: Collection[str],
    refused: Mapping[str, Sequence[str]] = NOTHING_REFUSED,
    *,
    is_checked: bool = False,
) -> list[QuestionGroup]:
    """The questions for a page, as `by_answer()` groups them, and within by kind.

    `hidden` are the numbers of those in each group that come later. `remembered` are the keys of questions that were
    answered for an earlier file. `refused` has by key what was typed and cannot be taken, and why: these are marked as errors,
    and with `is_checked` those without an answer. The first has the focus.
    """
    found: list[QuestionGroup] = []
    for name, group in by_answer(questions).items():
        if not group:
            continue
        kinds = _kinds(name, group, remembered, refused, is_checked=is_checked and name == "open")
        has_errors = any(item["error"] for kind in kinds for item in kind["items"])
        found.append(
            {
                "name": name,
                "shown": len(group),
                "count": len(group) + hidden.get(name, 0),
                "is_unfolded": name == "open" or has_errors,
                "kinds": kinds,
            }
        )
    if first := next(errors_of(found), None):
        first["has_focus"] = True
    return found


def errors_of(groups: Sequence[QuestionGroup]) -> Iterator[ShownQuestion]:
    """The questions that are asked again."""
    return (item for group in groups for kind in group["kinds"] for item in kind["items"] if item["error"])


def _kinds(
    name: str,
    group: Sequence[Question],
    remembered: Collection[str],
    refused: Mapping[str, Sequence[str]],
    *,
    is_checked: bool,
) -> list[ShownKind]:
    of_kind: defaultdict[str, list[Question]] = defaultdict(list)
    for question in group:
        of_kind[question.kind].append(question)
    return [
        {
            "heading": KINDS[kind].heading,
            "field": shared_field_name(name, kind),
            "shared": [
                (value, label)
                for value, label in KINDS[kind].shared_answers.items()
                if sum(bool(_shared_answer(question, value)) for question in asked) > 1
            ],
            "items": [_item(question, remembered, refused, is_checked=is_checked) for question in asked],
        }
        for kind, asked in sorted(of_kind.items(), key=lambda pair: [*KINDS].index(pair[0]))
    ]


def _item(
    question: Question,
    remembered: Collection[str],
    refused: Mapping[str, Sequence[str]],
    *,
    is_checked: bool,
) -> ShownQuestion:
    typed, error = refused.get(question.key, ("", ""))
    return {
        "question": question,
        "name": field_name(question),
        "choices": [*_choices(question)],
        "has_radios": len(question.choices) <= MAX_RADIOS,
        "other": other_field_name(question),
        "other_label": _other_label(question),
        "is_remembered": question.key in remembered,
        "error": error or (_("Choose an answer.") if is_checked else ""),
        "typed": typed,
    }


def _choices(question: Question) -> Iterator[tuple[str, str, str]]:
    """The value and label of each choice, and the slug of its record if another choice has the same label."""
    labels = Counter(choice.label for choice in question.choices)
    for choice in question.choices:
        slug = slug_chosen(choice.value) or slug_filled(choice.value)
        yield choice.value, choice.label, slug if labels[choice.label] > 1 else ""


def answers_in(data: Mapping[str, str], questions: Sequence[Question]) -> dict[str, str]:
    """The submitted answers by the keys of their questions, those that are among the choices.

    An answer to all questions of a kind holds for each of them whose own answer was not changed, if it has that choice.
    """
    found: dict[str, str] = {}
    for group, asked in by_answer(questions).items():
        for question in asked:
            own = data.get(field_name(question), "")
            shared = _shared_answer(question, data.get(shared_field_name(group, question.kind), ""))
            answer = shared if shared and own in ("", question.answer) else own
            if answer in {choice.value for choice in question.choices}:
                found[question.key] = answer
    return found


def _shared_answer(question: Question, value: str) -> str:
    """The choice of a question that such an answer to all of its kind means; "" if it has none."""
    choices = [choice.value for choice in question.choices]
    if value not in (STORED, FILLED):
        return value if value in choices else ""
    records = [slug for choice in choices if (slug := slug_chosen(choice))]
    proposed = slug_chosen(question.answer) or slug_filled(question.answer)
    if proposed not in records and len(records) != 1:
        return ""
    slug = proposed if proposed in records else records[0]
    is_filled = value == FILLED and FILL + slug in choices
    # Of a record that has nothing which the row replaces, everything else is empty.
    return (FILL if is_filled else RECORD) + slug
