"""Tests of the readers, which convert files to rows."""
