"""English dates in the format of PartialDate: 26 September 2016."""

DATE_FORMAT = "j F Y"
