"""What a check finds: a sentence on what is wrong, and one on how to mend it."""

import enum
from dataclasses import dataclass


class Level(enum.IntEnum):
    """How bad a finding is. With an error, the site does not work or data may be lost."""

    NOTICE, WARNING, ERROR = 1, 2, 3


@dataclass(frozen=True)
class Finding:
    level: Level
    problem: str
    remedy: str
