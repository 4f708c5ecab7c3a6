"""Outgoing documents 发文, from draft to archive (党政机关公文处理工作条例 Art. 18-25).

`events` tells what happens, `state` where a document stands, `judged` what may come next, `family`
its verbs. What is reviewed and issued is a digest of the text; whatever changes the text voids
review and issue. The official number is given at registration, and only there.
"""

from __future__ import annotations

from ledger.records.document.family import BONDS, FAMILY
from ledger.records.document.state import Document, content

__all__ = ["BONDS", "FAMILY", "Document", "content"]
