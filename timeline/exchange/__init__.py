"""Records in from files, and out to them."""
