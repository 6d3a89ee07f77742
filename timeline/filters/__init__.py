"""Filter conditions and facets of entries."""
