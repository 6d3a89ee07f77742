"""The folders of content that `make run` opens without CONTENT, in its order; none where they were removed."""

from pathlib import Path

_FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
_LIST = _FIXTURES / "opened.txt"
OPENED_FOLDERS = (
    [_FIXTURES / name for name in _LIST.read_text(encoding="utf-8").split()] if _LIST.exists() else []
)
