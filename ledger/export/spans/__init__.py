"""A tree of tiles cut into spans, each looked at by itself, by any process on any machine.

A span is the entries of whole bundles. What it takes to judge it is in its files and in the log's
governing entries (keys, officers, the office), which are gathered first: so spans are looked at in any
order, and what reaches from one into the next is held together afterwards (`ledger.export.trees`).
"""
