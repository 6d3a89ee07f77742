"""Operation of a site: whether it is well, its backups, its upgrades."""
