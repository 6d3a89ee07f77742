"""Vocabularies: the formats of other programs, each declared as the fields of ours that its own make."""
