"""What can be rebuilt: views of the present, folded from the events of the ledger."""
