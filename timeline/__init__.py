"""The chronicle of a city's policy. Nothing in this package knows which city."""
