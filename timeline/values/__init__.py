"""Values that know no framework: what a date, a number or a text is."""
