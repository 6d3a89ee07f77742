"""Tests of the formats of content files."""
