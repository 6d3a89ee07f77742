"""Rules for every model, page, address, message and migration, whichever module they come from."""
