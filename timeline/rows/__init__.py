"""Converts records to flat rows and back."""
