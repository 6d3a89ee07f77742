"""The entries of a list as spreadsheets for people: in words, as pages have them, and not to be imported."""
