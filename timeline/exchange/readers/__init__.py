"""Files to rows: what files say, cell by cell, with the place where they say it. Nothing is interpreted here."""
