"""The number of examples of property tests: a tenth by default, all with EXAMPLES=all."""

import os

# Set by `make test-all`. Without it a fraction, so that tests that need many examples still have more.
ALL = os.environ.get("EXAMPLES") == "all"
PART, FEWEST = 0.1, 3


def examples(number: int) -> int:
    """Return the number of examples for this run."""
    return number if ALL else min(number, max(FEWEST, round(number * PART)))
