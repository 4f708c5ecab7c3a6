"""Run by a Python of its own, which has `pymerkle` (a Merkle tree over SQLite): FOLDER ONE MANY SIZE."""

import json
import os
import sys
import time

from pymerkle import InmemoryTree, SqliteTree

folder, one, many, size = sys.argv[1], *map(int, sys.argv[2:])
single = [os.urandom(size) for _ in range(one)]
bulk = [os.urandom(size) for _ in range(many)]
tree = SqliteTree(f"{folder}/tree.db")
started = time.perf_counter()
for record in single:
    tree.append_entry(record)
appended = time.perf_counter()
tree.append_entries(bulk)
filled = time.perf_counter()
anew = InmemoryTree()
for index in range(1, one + many + 1):
    anew.append_entry(tree.get_entry(index))
assert anew.get_state() == tree.get_state(), "the tree is not that of its entries"
looked = time.perf_counter()
tree.close()
print(json.dumps([appended - started, filled - appended, looked - filled]))
