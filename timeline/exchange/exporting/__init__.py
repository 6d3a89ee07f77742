"""Records to files, written as a stream."""
