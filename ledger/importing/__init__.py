"""How registers kept elsewhere come in: a table and a map are read into typed events.

`table` reads CSV and XLSX into rows, `values` reads one cell, `mapping` reads the TOML map,
`mapper` applies it to rows, `report` counts what came of it. Nothing here writes.
"""

from __future__ import annotations

__all__: tuple[str, ...] = ()
