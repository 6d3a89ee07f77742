"""The languages of the public site, and the display of records in them."""
