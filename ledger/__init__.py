"""Evidence: what may never be lost."""
