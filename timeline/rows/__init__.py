"""A record as a flat row, and back."""
