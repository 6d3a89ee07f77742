"""Argument parsing and output. Other packages do the work."""
