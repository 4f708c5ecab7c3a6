"""A time-stamping authority of our own, made with openssl: a root, a signer, and answers to requests."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.needs import program

# `certs` is left out: OpenSSL would write the set unsorted, which strict readers refuse.
_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
dir = {folder}
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[usage]
basicConstraints = CA:FALSE
extendedKeyUsage = {usage}
"""


@dataclass(frozen=True)
class Authority:
    """A folder with the authority's keys; `roots` is what a reader trusts."""

    folder: Path

    @property
    def roots(self) -> Path:
        """The root's certificate in PEM."""
        return self.folder / "root.pem"

    def answer(self, request: bytes) -> bytes:
        """Return the answer to a request."""
        query, reply = self.folder / "q.tsq", self.folder / "r.tsr"
        query.write_bytes(request)
        _openssl("ts", "-reply", "-config", f"{self.folder}/tsa.cnf", "-section", "here",
                 "-queryfile", f"{query}", "-out", f"{reply}")  # fmt: skip
        return reply.read_bytes()

    def accepts(self, stamp: bytes, stamped: bytes) -> bool:
        """Ask the stock command whether a stamp holds over bytes."""
        (self.folder / "stamp").write_bytes(stamp)
        (self.folder / "stamped").write_bytes(stamped)
        told = subprocess.run(
            [program("openssl", package="openssl"), "ts", "-verify", "-in", f"{self.folder}/stamp",
             "-data", f"{self.folder}/stamped", "-CAfile", f"{self.roots}"],
            capture_output=True, check=False,
        )  # fmt: skip
        return told.returncode == 0


def make_authority(
    folder: Path, *, days: int = 365, usage: str = "critical,timeStamping"
) -> Authority:
    """Make a root and a signer whose certificate is good for so many days."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder, usage=usage))
    (folder / "serial").write_text("01\n")
    _openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650", "-subj", "/CN=Root",
             "-keyout", f"{folder}/root.key", "-out", f"{folder}/root.pem")  # fmt: skip
    _openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Time Stamps", "-keyout",
             f"{folder}/tsa.key", "-out", f"{folder}/tsa.csr")  # fmt: skip
    _openssl("x509", "-req", "-in", f"{folder}/tsa.csr", "-CA", f"{folder}/root.pem", "-CAkey",
             f"{folder}/root.key", "-CAcreateserial", "-days", f"{days}", "-extfile",
             f"{folder}/tsa.cnf", "-extensions", "usage", "-out", f"{folder}/tsa.pem")  # fmt: skip
    return Authority(folder)


@contextmanager
def serving(
    authority: Authority, *, kind: str = "application/timestamp-reply"
) -> Iterator[str]:
    """Let the authority answer on a loopback address, which is yielded."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _openssl(*arguments: str) -> None:
    done = subprocess.run(
        [program("openssl", package="openssl"), *arguments], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
