"""Editing services that do not depend on a request: revisions, working copies, conflicts, integrity."""
