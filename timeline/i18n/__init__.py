"""Languages of the public site, and how records are displayed in them."""
