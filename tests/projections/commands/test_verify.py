"""`qifeng verify --from`: what the command says of a run that looked at a part only."""

from __future__ import annotations


def test_views_are_held_against_all_of_the_log_or_not_at_all(room, tmp_path):
    """From a checkpoint on, views are named as not checked; asked for by name, they are refused."""
    head = tmp_path / "head.note"
    assert room("log", "checkpoint", "--out", head).code == 0

    told, refused = (
        room("verify", "--from", head),
        room("verify", "--from", head, "--only", "view"),
    )

    assert (told.code, "private.loose, store.index, view\n" in told.out) == (0, True), told.out
    assert "intact" not in told.out
    assert (refused.code, refused.out) == (2, "")
    assert refused.err == "error: views are held against all of the log; leave --from out\n"


def test_the_scope_is_told_to_programs_too(room, tmp_path):
    """`--json` names from where, and what was left out."""
    head = tmp_path / "head.note"
    assert room("log", "checkpoint", "--out", head).code == 0

    told = room.say("verify", "--from", head, "--only", "seal")

    assert told["scope"] == f"seal, checkpoint from {told['size']}"
    assert told["not_checked"][0] == f"events below {told['size']}"
    assert "view" in told["not_checked"]
