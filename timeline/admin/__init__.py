"""The editors' desk, one module per noun."""

from timeline.admin import chronicle, entries, people, reference

__all__ = ["chronicle", "entries", "people", "reference"]
