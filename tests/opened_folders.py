"""The folders of content that `make run` opens, in its order, as the Makefile names them."""

import re
from pathlib import Path

_ROOT = Path(__file__).resolve().parent.parent
OPENED_FOLDERS = [
    _ROOT / name for name in re.findall(r"fixtures/\S+", (_ROOT / "Makefile").read_text(encoding="utf-8"))
]
