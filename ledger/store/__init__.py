"""The database behind the ledger: what it keeps, and that it keeps it."""
