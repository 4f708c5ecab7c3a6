"""Clean-up campaigns 制度清理: volumes called up, files screened, each rule given one outcome.

A campaign is a funnel that must close: screened → in scope → Σ outcomes (废止, 失效, 修订, 继续有效), all
decided by the collective, published and carried out. `funnel` does the sums and says where it
leaks. 需适时修改 is a flag on 继续有效, not an outcome.

Outcomes are proposed first and decided together; each rule's own record is changed afterwards, one
by one and often months later. So no bond ties `cleanup.outcome_proposed` to `rule.abolished` within
one act. A rule's step that names the campaign is refused unless the campaign decided just that (G13),
and `followed_up` is refused unless the rule's record shows that it was done (C7).
"""

from __future__ import annotations

from ledger.records.cleanup.family import FAMILY
from ledger.records.cleanup.state import Cleanup
from ledger.records.cleanup.sums import FunnelLine, funnel, leaks

__all__ = ["FAMILY", "Cleanup", "FunnelLine", "funnel", "leaks"]
