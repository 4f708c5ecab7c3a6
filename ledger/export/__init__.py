"""What is handed to others: bundles, proofs, trees of tiles, event logs; and checking them without a ledger."""
