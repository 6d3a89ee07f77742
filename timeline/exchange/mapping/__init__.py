"""Mapping: how a table of another program or office is read as a table of the chronicle."""
