"""How an E-ARK package lies (CSIP 2.1, E-ARK SIP 2.1): at the top of the bag, beside the bag's own files.

* `METS.xml`: what the package is, whose, and every file that is in it, with its digest, but for those of the bag itself;
* `metadata/descriptive/dc.xml`: the package in Dublin Core; `metadata/preservation/premis.xml`: who made it;
* `documentation/`: how it lies and how it is verified; `schemas/`: the schema of the items' metadata;
* `representations/rep1/`: the papers. Its `data/<档号>/` holds an item's files in the clear, its `metadata/descriptive/<档号>.xml`
  the item's metadata (DA/T 46-2009), `metadata/preservation/<档号>.xml` its PREMIS events, and its `METS.xml` lists them;
* `data/`, which CSIP allows beside these (CSIPSTR14): the payload of the bag, the log's entries, seals and proofs, by which
  `qifeng check` verifies the package; in `METS.xml` it is the file group `Evidence`.
"""

from __future__ import annotations

METS = "METS.xml"
DESCRIPTIVE = "metadata/descriptive/"
PRESERVATION = "metadata/preservation/"
DUBLIN_CORE = f"{DESCRIPTIVE}dc.xml"
PREMIS = f"{PRESERVATION}premis.xml"
DOCUMENTATION = "documentation/"
READ_ME = f"{DOCUMENTATION}README.md"
SCHEMAS = "schemas/"
ITEM_SCHEMA = f"{SCHEMAS}da-t-46.xsd"
REPRESENTATIONS = "representations/"
REP = "rep1"
REP_ROOT = f"{REPRESENTATIONS}{REP}/"
REP_METS = f"{REP_ROOT}{METS}"
REP_DATA = f"{REP_ROOT}data/"
REP_DESCRIPTIVE = f"{REP_ROOT}{DESCRIPTIVE}"
REP_PRESERVATION = f"{REP_ROOT}{PRESERVATION}"
EVIDENCE = "data/"
