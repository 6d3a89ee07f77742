"""The documents on the format of files, and the examples that they show."""

import re
from collections.abc import Iterator

from tests.factories import ROOT

ENGLISH = (ROOT / "docs" / "content-format.md").read_text(encoding="utf-8")
CHINESE = (ROOT / "docs" / "content-format.zh.md").read_text(encoding="utf-8")
DOCUMENTS = {"en": ENGLISH, "zh-hans": CHINESE}

# The name of a file in backticks, and somewhere after it, before the next fence, its content.
_EXAMPLE = re.compile(r"`([^`\n]+\.(?:yaml|json|csv))`[^`]*\n\n```(?:yaml|json|csv)\n(.*?)```", re.DOTALL)
_PROBLEMS = re.compile(r"```text\n(.*?)```", re.DOTALL)


def examples(text: str) -> Iterator[tuple[str, str, list[str]]]:
    """Each example's name, its content, and the problems that the document says it has."""
    found = list(_EXAMPLE.finditer(text))
    ends = [*(example.start() for example in found[1:]), len(text)]
    for example, end in zip(found, ends, strict=True):
        problems = _PROBLEMS.search(text, example.end(), end)
        yield example[1], example[2], problems[1].splitlines() if problems else []
