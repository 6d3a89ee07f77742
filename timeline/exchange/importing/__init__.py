"""Files into the database: all or nothing."""
