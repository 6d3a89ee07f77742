"""English days as PartialDate says them: 26 September 2016."""

DATE_FORMAT = "j F Y"
