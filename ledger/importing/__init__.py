"""How registers and event logs kept elsewhere come in: a table and a map are read into typed events.

`table` reads CSV, XLSX and XES into rows, `values` reads one cell, `mapping` reads the TOML map,
`mapper` applies it to rows, `report` counts what came of it; `taking` records it, and alone writes.
"""

from __future__ import annotations

__all__: tuple[str, ...] = ()
