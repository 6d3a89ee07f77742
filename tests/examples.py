"""How many examples a property test tries: some where people wait for it, all of them with EXAMPLES=all."""

import os

# What `make test-all` sets. A part of the whole number, so that a test that needs many has more than others.
ALL = os.environ.get("EXAMPLES") == "all"
PART, FEWEST = 0.1, 3


def examples(number: int) -> int:
    """So many of this number as this run has time for."""
    return number if ALL else min(number, max(FEWEST, round(number * PART)))
