"""Sign-off policies 会签制度: who must sign a request for money, above which amount, who pays.

The record is `policy/<code>`. A policy is adopted, amended as a whole, bound to other categories and
amounts, and abolished. Which policy binds what stands in the office's own record, so that nobody
chooses an easier one; an item of money is judged for ever by the version that was in force when it was
submitted (R6), whose terms are copied into it. Levels, bands and posts are data here, never constants
(DOMAIN §4.1).
"""

from ledger.records.policy.events import Abolished, Adopted, Amended, Rescoped
from ledger.records.policy.family import BONDS, FAMILY, key
from ledger.records.policy.state import Policy, Version, evolve
from ledger.records.policy.terms import (
    HANDLED,
    MEANINGS,
    DocumentSet,
    Level,
    PriorApproval,
    Standard,
    Terms,
    approves_first,
    required,
    required_documents,
    terms_of,
)

__all__ = [
    "BONDS",
    "FAMILY",
    "HANDLED",
    "MEANINGS",
    "Abolished",
    "Adopted",
    "Amended",
    "DocumentSet",
    "Level",
    "Policy",
    "PriorApproval",
    "Rescoped",
    "Standard",
    "Terms",
    "Version",
    "approves_first",
    "evolve",
    "key",
    "required",
    "required_documents",
    "terms_of",
]
