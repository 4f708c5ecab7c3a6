"""The revisions of the evidence tables, oldest first; a released one is never changed."""
