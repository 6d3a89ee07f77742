"""Tests of the vocabularies, the formats of other programs."""
