"""`qifeng export parquet`: what the command says."""

from __future__ import annotations


def test_the_command_tells_what_stands_there(room, tmp_path):
    """Files, of them new, and up to where; the second time nothing is new."""
    first, again = (room.say("export", "parquet", tmp_path / "out", "--rows", 9) for _ in "ab")

    files = len(list((tmp_path / "out").iterdir()))
    assert (first["files"], first["new"], again["new"]) == (files, files, 0)
    assert first["size"] == room.ledger().store.head().size > 9
    assert "0 of them written" in room("export", "parquet", tmp_path / "out", "--rows", 9).err


def test_without_the_extra_it_says_what_to_install(room, tmp_path, monkeypatch):
    """One line, exit 2, no folder made."""
    monkeypatch.setattr("projections.commands.parquet.find_spec", lambda _: None)

    told = room("export", "parquet", tmp_path / "out")

    assert (told.code, told.out, (tmp_path / "out").exists()) == (2, "", False)
    assert told.err == (
        "error: this needs pyarrow, which is not here; pip install qifeng[scale]\n"
    )
