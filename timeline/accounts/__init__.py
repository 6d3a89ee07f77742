"""Login, groups and permissions."""
