"""Services of editing that know no request: revisions, working copies, conflicts, integrity."""
