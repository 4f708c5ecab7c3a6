"""The log as Parquet files, for whoever asks questions of many events at once: DuckDB, pandas, Spark.

A folder holds `events-<first index, 12 digits>.parquet`, each with the entries of one range of indexes, a row
each, in the order of the log (`ledger.export.parquet.columns`). Each file says in its key-value metadata

    qifeng.origin    the log
    qifeng.first     the index of its first row
    qifeng.size      the log's size behind its last row
    qifeng.root      the root hash of the log at that size, in hex
    qifeng.columns   [["<column>","<中文>","<English>"], …]
    qifeng.program   what wrote it

Rows lead to the root: each leaf is hashed anew, and a file whose leaves do not lead to the log's root is not
written. No signature is looked at, and none is in the files: they are for questions, and evidence stays in the
log. A private field is there as its digests, as in the event; what was attached is there by name and digest.
"""
