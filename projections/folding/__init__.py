"""Folding views: events opened quickly, told to folds, settled record by record, by worker processes too.

Nothing here knows a database: whoever only folds, as a worker process does, loads none.
"""
