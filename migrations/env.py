"""How the migrations are run: on the connection that `ledger.store.open` hands over.

The caller begins and ends the transaction, so that an upgrade is done whole or not at all.
"""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=False)
context.run_migrations()
