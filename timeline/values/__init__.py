"""Value types that do not depend on Django: dates, document numbers, slugs and text."""
