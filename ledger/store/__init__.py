"""The database behind the ledger: what it keeps, and that it keeps it.

`contract` says what any store promises; `recorder` holds the library's face and the one way to
append; `memory` and `sql` (with `sqlite` and `postgresql`) are the stores; `open` finds the right
one by its address. Nothing is imported here, so that knowing the contract costs no database.
"""
