"""The editors' desk, one module per noun."""

from timeline.admin import chronicle, entries, reference

__all__ = ["chronicle", "entries", "reference"]
