"""Conditions and facets by which entries are filtered."""
