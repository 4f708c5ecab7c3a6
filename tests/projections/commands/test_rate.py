"""The bar that shows how far a long command has come."""

from __future__ import annotations

import io

from projections.commands.rate import shown_bar


class Terminal(io.StringIO):
    """A terminal that keeps what it shows."""

    def isatty(self):
        return True


def test_a_bar_tells_how_much_of_how_much_and_how_fast(monkeypatch):
    """On a terminal: what is done, done of all, and a rate."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")

    with shown_bar("bundle") as bar:
        bar.name("data/trail.csv")
        bar.count(250, 1000)
        bar.count(500, 1000)

    shown = terminal.getvalue()
    assert "data/trail.csv" in shown
    assert "500/1000" in shown
    assert "/s" in shown


def test_nothing_is_shown_where_nobody_waits(capsys):
    """A pipe or a log is no terminal."""
    with shown_bar("bundle") as bar:
        assert bar is None

    assert capsys.readouterr() == ("", "")
