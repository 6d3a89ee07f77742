"""What an upload leaves open, as the fields of its preview, and the answers from them."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from timeline.exchange.mapping.questions import Question, by_answer, unanswered
from timeline.exchange.mapping.record_choices import CREATE

# With more choices, a question has a select in place of radio buttons.
MAX_RADIOS = 6
# Of the digest of its key in the name of a field: keys have texts of files.
_DIGEST = 16
# The field by which all records are created that there are not, where nothing else was chosen.
CREATE_MISSING = "create_missing"


def field_name(question: Question) -> str:
    """The name of the field of a question."""
    return f"answer-{hashlib.sha256(question.key.encode()).hexdigest()[:_DIGEST]}"


def question_groups(
    questions: Sequence[Question], counts: Mapping[str, int], remembered: Collection[str]
) -> list[dict[str, Any]]:
    """The questions for a page, as `by_answer()` groups them. `counts` are the numbers of each group with those that come later.

    `remembered` are the keys of questions that were answered for an earlier file.
    """
    return [
        {
            "name": name,
            "count": counts[name],
            "items": [
                {
                    "question": question,
                    "name": field_name(question),
                    "has_radios": len(question.choices) <= MAX_RADIOS,
                    "is_remembered": question.key in remembered,
                }
                for question in group
            ],
        }
        for name, group in by_answer(questions).items()
        if group
    ]


def may_create(questions: Sequence[Question]) -> list[Question]:
    """The open questions that creating a record would answer."""
    return [
        question
        for question in unanswered(questions)
        if any(choice.value == CREATE for choice in question.choices)
    ]


def answers_in(data: Mapping[str, Any], questions: Sequence[Question]) -> dict[str, str]:
    """The submitted answers by the keys of their questions, those that are among the choices.

    With `CREATE_MISSING`, open questions without an answer whether to create a record are answered so.
    """
    missing = {question.key for question in may_create(questions)} if data.get(CREATE_MISSING) else set()
    found: dict[str, str] = {}
    for question in questions:
        answer = data.get(field_name(question), "")
        if answer in {choice.value for choice in question.choices}:
            found[question.key] = answer
        elif question.key in missing:
            found[question.key] = CREATE
    return found
