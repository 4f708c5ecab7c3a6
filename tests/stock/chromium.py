"""One Chromium for all pages of a test process: headless, with no network, told what to open through a pipe.

It speaks the DevTools protocol on its descriptors 3 and 4: JSON messages, each ended by a zero byte.
"""

from __future__ import annotations

import html
import itertools
import json
import os
import re
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--remote-debugging-pipe",
)  # fmt: skip
SECONDS = 120
_DONE = """new Promise((done) => {
  const look = () => document.body && document.body.dataset.done
    ? done(document.documentElement.outerHTML) : setTimeout(look, 10);
  look();
})"""
_DATA = re.compile(r'(?<=id="bundle">).*?(?=</script>)', re.DOTALL)
_ROW = re.compile(r'<tr class="bad"><td>(\d+)</td>')


def told(text: str) -> dict[str, Any]:
    """Return what stands in a page for its script."""
    found = _DATA.search(text)
    assert found is not None
    held: dict[str, Any] = json.loads(found[0])
    return held


def holding(text: str, **changed: Any) -> str:
    """Return a page that holds something else."""
    data = json.dumps(told(text) | changed, ensure_ascii=False).replace("<", "\\u003c")
    return _DATA.sub(lambda _: data, text, count=1)


@dataclass(frozen=True)
class Shown:
    """What a reader sees: the verdict, what is listed as wrong, and which records and rows are red."""

    verdict: str
    counts: str
    findings: list[str]
    red: list[str]
    rows: list[int]
    dom: str


class Browser:
    """A running Chromium."""

    def __init__(self, commands: int, answers: int) -> None:
        """Speak through these descriptors."""
        self._commands = commands
        self._answers = answers
        self._numbers = itertools.count(1)
        self._left = b""

    def show(self, page: Path) -> Shown:
        """Open a page from the disk, wait until it has looked at everything, and return what it shows."""
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._ask("Page.navigate", session, url=page.as_uri())
        told = self._ask(
            "Runtime.evaluate", session, expression=_DONE, awaitPromise=True, returnByValue=True
        )
        self._ask("Target.closeTarget", targetId=target)
        return _shown(told["result"]["value"])

    def _ask(self, method: str, session: str | None = None, **params: Any) -> Any:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        message |= {"sessionId": session} if session else {}
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != number:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def _next(self) -> Any:
        parts = [self._left]
        while b"\0" not in parts[-1]:
            ready, _, _ = select.select([self._answers], [], [], SECONDS)
            assert ready, "the browser does not answer"
            parts.append(os.read(self._answers, 1 << 20))
            assert parts[-1], "the browser has gone"
        message, _, self._left = b"".join(parts).partition(b"\0")
        return json.loads(message)


@contextmanager
def running_browser(program: str, folder: Path) -> Iterator[Browser]:
    """Yield a browser with a new profile in a folder; it is gone afterwards."""
    ours, commands = os.pipe()
    answers, theirs = os.pipe()
    script = f'exec "$0" "$@" 3<&{ours} 4>&{theirs}'
    arguments = ["bash", "-c", script, program, *FLAGS, f"--user-data-dir={folder}"]
    with subprocess.Popen(
        arguments, pass_fds=(ours, theirs),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        os.close(ours)
        os.close(theirs)
        try:
            yield Browser(commands, answers)
        finally:
            os.close(commands)
            os.close(answers)
            process.terminate()


def _shown(dom: str) -> Shown:
    (verdict,) = re.findall(r'<p id="verdict"[^>]*data-verdict="(\w+)"[^>]*>([^<]*)<', dom)
    listed = re.search(r'<ul id="findings">(.*?)</ul>', dom, re.DOTALL)
    assert listed is not None
    return Shown(
        *verdict,
        [html.unescape(each) for each in re.findall(r"<li[^>]*>([^<]*)</li>", listed[1])],
        re.findall(r'class="bad" data-record="([^"]*)"', dom),
        [int(each) for each in _ROW.findall(dom)],
        dom,
    )
