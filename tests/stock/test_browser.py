"""The page inside a bundle, in a real browser with no network: good ones hold, each damage is named in red."""

from __future__ import annotations

import json

import pytest

from ledger.export import page
from ledger.export.parts import PARTS
from ledger.export.scope import Wanted
from tests.ledger.export.bundled import export
from tests.office import SECOND, make_busy_office
from tests.private import set_apart, telegram
from tests.stock.chromium import holding, told


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The page of a bundle of everything, as text."""
    office = make_busy_office()
    set_apart(office, SECOND)
    telegram(office, "丙", "明日八时前报送")
    out = tmp_path_factory.mktemp("given") / "bundle"
    export(office, out, parts=PARTS, wanted=Wanted(), recipient="<b>某县审计局</b>")
    return (out / page.INDEX).read_text(encoding="utf-8")


@pytest.fixture
def browse(browser, tmp_path):
    """Open a page from the disk in Chromium; returns what it shows."""

    def do(text):
        (tmp_path / "index.html").write_text(text, encoding="utf-8")
        return browser.show(tmp_path / "index.html")

    return do


def entry_with(data, part):
    """Return the place of the first entry whose line has this part, and its index in the log."""
    lines = data["entries"].splitlines()
    place = next(n for n, line in enumerate(lines) if part in line)
    return lines, place, json.loads(lines[place])["index"]


def on_page(text):
    """Return the records that stand on a page."""
    entries = map(json.loads, told(text)["entries"].splitlines())
    return {each["entry"]["event"]["record"] for each in entries if "entry" in each}


def test_a_good_page_verifies_itself(written, browse):
    """All entries, seals and tables are looked at and counted; what was not is said; text is text."""
    data = told(written)

    shown = browse(written)

    entries = len(data["entries"].splitlines())
    acts = len(data["seals"].splitlines())
    assert (shown.verdict, shown.findings, shown.red) == ("holds", [], [])
    assert f"事件 events {entries}，" in shown.counts
    assert f"签封 seals {acts}，表 tables {len(data['files'])}" in shown.counts
    assert entries > 20
    assert "whether this page itself was changed" in shown.dom
    assert data["log_keys"][0] in shown.dom
    assert data["cover"]["founding"] in shown.dom
    assert "&lt;b&gt;某县审计局&lt;/b&gt;" in shown.dom


def test_it_verifies_where_the_browser_has_no_ed25519(written, browse):
    """The page's own few lines say the same, of good signatures and of a changed one."""
    without = written.replace("byBrowser = true;", "byBrowser = false;")
    assert without != written
    data = told(written)
    seal = json.loads(data["seals"].splitlines()[-1])
    first = "B" if seal["signatures"][0]["sig"][9] == "A" else "A"
    seal["signatures"][0]["sig"] = (
        seal["signatures"][0]["sig"][:9] + first + seal["signatures"][0]["sig"][10:]
    )

    shown = browse(without)
    assert (shown.verdict, "own Ed25519" in shown.dom) == ("holds", True)
    changed = browse(_resealed(without, data, seal))

    assert changed.verdict == "damaged"
    assert any("签名不符" in each for each in changed.findings)


def _resealed(text, data, seal):
    """Put a changed envelope in, and let the entries name it: only the signature can tell then."""
    import hashlib

    old = data["seals"].splitlines()[-1]
    new = json.dumps(seal, separators=(",", ":"), sort_keys=True)
    digests = [hashlib.sha256(each.encode()).hexdigest() for each in (old, new)]
    return holding(
        text, seals=data["seals"].replace(old, new), entries=data["entries"].replace(*digests)
    )


def test_a_changed_event_is_red_by_name(written, browse):
    """One letter of a name: its record and its row."""
    data = told(written)
    lines, place, index = entry_with(data, '"kind":"officer.proposed/1"')
    record = json.loads(lines[place])["entry"]["event"]["record"]
    lines[place] = lines[place].replace('"name":"', '"name":"X', 1)

    shown = browse(holding(written, entries="\n".join(lines) + "\n"))

    assert shown.verdict == "damaged"
    assert record in shown.red
    assert index in shown.rows
    assert any(
        each.startswith(f"{record} #{index}: 不在所签的日志里") for each in shown.findings
    )


def test_entries_exchanged_and_left_out_are_named(written, browse):
    """Two in each other's place, one that is missing, and one that went with its proof: the cover counts."""
    lines = told(written)["entries"].splitlines()
    left_out = json.loads(lines.pop(4))["index"]
    heads, bodies = zip(*(line.rsplit(',"index":', 1) for line in lines[7:9]), strict=True)
    lines[7], lines[8] = f'{heads[1]},"index":{bodies[0]}', f'{heads[0]},"index":{bodies[1]}'

    gone = json.loads(lines.pop())["index"]
    proofs = [
        line
        for line in told(written)["proofs"].splitlines()
        if json.loads(line)["index"] != gone
    ]

    shown = browse(
        holding(written, entries="\n".join(lines) + "\n", proofs="\n".join(proofs) + "\n")
    )

    assert shown.verdict == "damaged"
    assert any(each.startswith("bundle.json: 封面称 entries") for each in shown.findings)
    assert f"entries #{left_out}: 缺失 is missing" in shown.findings
    assert {json.loads(line)["index"] for line in lines[7:9]} <= set(shown.rows)


def test_a_changed_table_a_missing_seal_and_a_false_head_are_named(written, browse):
    """The table by its path, the event by its record, the checkpoint."""
    data = told(written)
    path = "data/records.csv"
    files = data["files"] | {path: data["files"][path].replace("丙", "丁", 1)}
    seals = data["seals"].splitlines()[:-1]
    size = str(data["cover"]["size"])
    head = data["checkpoint"].replace(f"\n{size}\n", f"\n{int(size) + 1}\n", 1)
    assert files != data["files"]

    shown = browse(
        holding(written, files=files, seals="\n".join(seals) + "\n", checkpoint=head)
    )

    assert shown.verdict == "damaged"
    assert path in shown.red
    for said in (f"{path}: 不是清单所列的字节", "checkpoint: 不是日志密钥的签名", "没有签封"):
        assert any(said in each for each in shown.findings)


def test_a_larger_bundle_has_pages_that_each_verify(tmp_path, monkeypatch, browse):
    """The first page names them; each holds its entries with the keys' histories."""
    monkeypatch.setattr(page, "PAGE", 20)
    office = make_busy_office()
    export(office, tmp_path / "bundle", parts=PARTS, wanted=Wanted())
    bundle = tmp_path / "bundle"

    pages = sorted(each.relative_to(bundle).as_posix() for each in bundle.glob("pages/*.html"))
    index = (bundle / page.INDEX).read_text(encoding="utf-8")
    texts = [(bundle / each).read_text(encoding="utf-8") for each in pages]

    assert len(pages) > 1
    assert all(f'href="{each}"' in index for each in pages)
    held = [
        {json.loads(line)["index"] for line in told(text)["entries"].splitlines()}
        for text in texts
    ]
    assert set.union(*held) == set(range(office.ledger.store.head().size))
    assert all(told(text)["titles"].keys() <= on_page(text) for text in texts)
    assert any(told(text)["titles"] for text in texts)
    shown = browse(texts[-1])
    assert (shown.verdict, "其余在别页" in shown.counts) == ("holds", True)
