"""E-ARK packages, judged by the stock validator; PREMIS by the Library of Congress's schema, metadata by our own."""

from __future__ import annotations

import io
import shutil
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import bagit
import pytest
from lxml import etree

from ledger.export.check import check_bundle
from ledger.export.eark.layout import METS, REP_DATA, REP_METS
from ledger.export.eark.package import eark_part
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from tests import needs
from tests.ledger.export.archived import FAMILIES, FIRST, filing_office, package
from tests.ledger.export.bundled import export, trust_of

# The stock validator leaves the documents that it reads to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
PREMIS = needs.REPOSITORY / "tests" / "vectors" / "premis" / "premis-v3-0.xsd"
# Of the validator's own rules the one that nobody can satisfy: see ledger.export.eark.mets.
IMPOSSIBLE = "SIP14"


def own_vocabulary(url):
    """Open the validator's own copy of a vocabulary that it would fetch from its publisher."""
    found = find_spec("eark_validator")
    folder = Path(found.origin).parent / "ipxml" / "resources" / "vocabs"
    return io.BytesIO((folder / url.rpartition("/")[2]).read_bytes())


@pytest.fixture(scope="module")
def stock():
    """The stock validator, imported with no network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urllib.request, "urlopen", own_vocabulary)
        from eark_validator.infopacks.manifest import Manifests
        from eark_validator.ipxml.schema import IP_SCHEMA
        from eark_validator.packages import PackageValidator
    return SimpleNamespace(
        report=lambda path: PackageValidator(path).validation_report,
        manifest=lambda path: Manifests.validate_manifest(Manifests.from_source(path)),
        schema=IP_SCHEMA["csip"],
    )


@pytest.fixture(scope="module")
def office():
    """An office with two filed documents, one that is not filed, and one whose text is not there any more."""
    return filing_office()


@pytest.fixture(scope="module")
def good(office, tmp_path_factory):
    """An E-ARK package of all its papers, as a folder; nobody changes it."""
    return pack(office, tmp_path_factory.mktemp("eark") / "papers")


@pytest.fixture
def given(good, tmp_path):
    """A package of which anything may be changed."""
    return shutil.copytree(good, tmp_path / good.name)


def pack(office, out):
    """Export an E-ARK package."""
    parts = (*PARTS, eark_part("qifeng 0.1.0", out.stem))
    wanted = Wanted(families=FAMILIES)
    export(office, out, parts=parts, wanted=wanted, profile="e-ark", recipient="县档案馆")
    return out


def wrong(report):
    """The rules broken or warned of, of schema and schematron."""
    told = [
        *report.metadata.schema_results.messages,
        *report.metadata.schematron_results.messages,
    ]
    return {each.rule_id for each in told if each.severity.value != "Info"}


def flaws(schema, path):
    """What a schema finds in a document."""
    judge = etree.XMLSchema(file=str(schema))
    judge.validate(etree.parse(path))
    return [each.message for each in judge.error_log]


@pytest.mark.parametrize("name", ["papers", "papers.zip"])
def test_the_stock_validator_accepts_a_package(stock, office, tmp_path, name):
    """Structure, schema, every rule of CSIP 2.1, and of SIP 2.1 all but the one that contradicts the schema."""
    report = stock.report(pack(office, tmp_path / name))

    assert report.structure.status.value == "WellFormed"
    assert {each.severity.value for each in report.structure.messages} <= {"Info"}
    assert report.package.details.oaispackagetype == "SIP"
    assert report.metadata.schema_results.status.value == "VALID"
    assert wrong(report) == {IMPOSSIBLE}


def test_the_rule_left_over_asks_for_what_the_schema_forbids(stock, given):
    """With the attribute that SIP14 looks for the package is no METS any more."""
    mets = given / METS
    told = mets.read_text().replace("<note csip:", '<note NOTETYPE="IDENTIFICATIONCODE" csip:')
    mets.write_text(told)

    report = stock.report(given)

    assert report.metadata.schema_results.status.value == "INVALID"
    assert IMPOSSIBLE not in wrong(report)


def test_both_lists_of_files_hold_for_the_stock_reader(stock, good):
    """The package's and the representation's: each file is there, in its size; the schema takes both."""
    for path in (METS, REP_METS):
        assert stock.manifest(good / path) == (True, [])
        assert stock.schema.validate(etree.parse(good / path))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('MIMETYPE="text/xml"', 'MIMETYPE="text/nothing"', "CSIP26"),
        ('csip:OAISPACKAGETYPE="SIP"', 'csip:OAISPACKAGETYPE="PIS"', "CSIP9"),
        ('TYPE="PHYSICAL"', 'TYPE="LOGICAL"', "CSIP81"),
        ('ROLE="ARCHIVIST"', 'ROLE="NOBODY"', "XML-1"),
    ],
)
def test_the_stock_validator_refuses_damaged_lists(stock, given, old, new, rule):
    """A file's type, the package's kind, the structure's kind, and what the schema does not know."""
    told = (given / METS).read_text()
    assert old in told
    (given / METS).write_text(told.replace(old, new))

    assert rule in wrong(stock.report(given))


def test_a_package_without_its_list_or_a_paper_is_refused(stock, given):
    """The structure says so; and the list names the paper."""
    (paper,) = (given / REP_DATA / FIRST).iterdir()
    paper.unlink()
    holds, issues = stock.manifest(given / REP_METS)
    (given / METS).unlink()

    assert (holds, [paper.name in each for each in issues]) == (False, [True])
    assert stock.report(given).structure.status.value == "NotWellFormed"


def test_it_is_a_bundle_all_the_same(office, given):
    """Our own check and the stock `bagit` say so; and name a paper that was changed."""
    assert check_bundle(given, trust_of(office)).findings == []
    assert bagit.Bag(str(given)).validate()
    (paper,) = (given / REP_DATA / FIRST).iterdir()
    paper.write_bytes(paper.read_bytes()[:-1] + b"x")

    found = check_bundle(given, trust_of(office)).findings

    assert [each.record for each in found] == [f"{REP_DATA}{FIRST}/{paper.name}"]
    with pytest.raises(bagit.BagValidationError, match=FIRST):
        bagit.Bag(str(given)).validate()


def test_preservation_metadata_is_premis_3(office, good, tmp_path):
    """In both kinds of package, of items and of the package, by the schema of the Library of Congress."""
    other = package(office, tmp_path / "cn")
    held = [*good.rglob("preservation/*.xml"), *other.rglob("premis.xml")]

    assert len(held) == 5
    assert [flaws(PREMIS, each) for each in held] == [[]] * 5


def test_the_schema_refuses_what_is_no_premis(good, tmp_path):
    """An event without its time."""
    told = next(good.rglob("preservation/*.xml")).read_text()
    start, end = told.index("<eventDateTime>"), told.index("</eventDateTime>")
    (tmp_path / "cut.xml").write_text(told[:start] + told[end + len("</eventDateTime>") :])

    assert any("eventDateTime" in each for each in flaws(PREMIS, tmp_path / "cut.xml"))


def test_items_metadata_is_as_the_schema_in_the_package_says(good, tmp_path):
    """Of every item; and a digest that is none is refused."""
    (schema,) = (good / "schemas").iterdir()
    held = sorted(good.glob("representations/*/metadata/descriptive/*.xml"))
    told = held[0].read_text().replace("<证书引证>", "<证书引证>x")
    (tmp_path / "changed.xml").write_text(told)

    assert [flaws(schema, each) for each in held] == [[], []]
    assert flaws(schema, tmp_path / "changed.xml") != []
