"""`qifeng log witness key`, `serve`, `answer`: be a witness of others' logs, with or without a network."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import click
from typing_extensions import override

from ledger.clock import Clock, system_clock
from ledger.commands.answer import as_json, as_table
from ledger.commands.asking import TIMEOUT_SECONDS
from ledger.commands.desk import passphrase
from ledger.commands.own import read_file, read_pin, witness_folder
from ledger.commands.session import Session
from ledger.errors import LedgerError, UnavailableError, UsageError
from ledger.frozen import frozen
from ledger.keys.keyfile import seal_secret
from ledger.keys.keystore import read_log_key, write_keyfile
from ledger.keys.logkey import LogKey, check_log_name
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import LOG, SECRET_BYTES, new_secret
from ledger.log.note import Verifier, format_vkey
from ledger.log.speaker import log_verifiers, witness_keys, witness_signers
from ledger.log.witness import MAX_REQUEST_BYTES, Answer, format_answer
from ledger.log.witnessed import WitnessBook

PINS = click.option(
    "--pin", "pins", multiple=True, required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The pin of a log to be cosigned; repeat.",
)  # fmt: skip
JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
REQUEST_SUFFIX = ".request"
ANSWER_SUFFIX = ".answer"
ADD_CHECKPOINT = "/add-checkpoint"
_KEY = "key.json"
_NAME = "name"


@frozen
class Witness:
    """One who cosigns: a key, the logs it knows by their origins, the heads it cosigned, the time."""

    key: LogKey
    logs: dict[str, Sequence[Verifier]]
    book: WitnessBook
    clock: Clock

    def answer(self, request: bytes) -> Answer:
        """Answer a request, as `WitnessBook.answer`."""
        signers = witness_signers(self.key, int(self.clock().timestamp()))
        return self.book.answer(
            request, known=lambda origin: self.logs.get(origin, ()), signers=signers
        )


@click.command("key")
@click.argument("name")
@JSON
@click.pass_obj
def new_key(session: Session, name: str, *, as_json_: bool) -> None:
    """Make the key you will cosign with, under a name such as witness.example/archive."""
    check_log_name(name)
    folder = witness_folder(session.config)
    if (folder / _KEY).exists():
        raise UsageError("you have a witness's key already", todo=f"move {folder.name}/ away")
    word = passphrase(session, "new passphrase for the witness's key", new=True)
    secret = new_secret(LOG)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _NAME).write_text(f"{name}\n", encoding="utf-8")
    except OSError as error:
        raise UnavailableError(f"folder {folder.name}", error.strerror or str(error)) from error
    write_keyfile(folder / _KEY, seal_secret(secret, word, suite=LOG))
    key = LogKey(name, SeedSigner(secret[:SECRET_BYTES]), secret[SECRET_BYTES:])
    told = [format_vkey(each) for each in witness_keys(key)]
    if as_json_:
        as_json({"name": name, "keys": told})
        return
    for each in told:
        click.echo(each)
    click.echo("give one or both to the log's office: 'qifeng log witness add'", err=True)


@click.command("serve")
@PINS
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to answer at.")
@click.option("--port", default=8797, show_default=True, help="Port; 0 takes a free one.")
@click.pass_obj
def serve(session: Session, *, pins: tuple[Path, ...], host: str, port: int) -> None:
    """Answer requests to cosign over HTTP (C2SP tlog-witness), until you stop it."""
    with serving(open_witness(session, pins), host, port) as (server, url):
        click.echo(url)
        sys.stdout.flush()
        server.serve_forever()


@click.command("answer")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@PINS
@JSON
@click.pass_obj
def answer(session: Session, folder: Path, *, pins: tuple[Path, ...], as_json_: bool) -> int:
    """Answer the requests for you in a folder that was brought, each in a file beside it."""
    witness = open_witness(session, pins)
    start = file_name(witness.key.name)
    paths = [
        path
        for path in sorted(folder.glob(f"*{REQUEST_SUFFIX}"))
        if path.name.startswith(f"{start}.")
    ]
    if not paths:
        raise UsageError(
            f"no request for {witness.key.name} in {folder.name}",
            todo="see that the folder is the one that 'qifeng log witness request' wrote",
        )
    answers = [(path, witness.answer(read_file(path))) for path in paths]
    for path, told in answers:
        write_file(path.with_suffix(ANSWER_SUFFIX), format_answer(told))
    rows = [
        {"request": path.name, "status": told.status, "told": _words(told)}
        for path, told in answers
    ]
    if as_json_:
        as_json({"witness": witness.key.name, "answers": rows})
    else:
        as_table(rows, ("request", "status", "told"))
    return 0 if all(told.status == HTTPStatus.OK for _, told in answers) else 1


def open_witness(
    session: Session, pins: Sequence[Path], clock: Clock = system_clock
) -> Witness:
    """Return the user as a witness of the logs that these pins name.

    Raises:
        UnavailableError: there is no key, or it cannot be opened.
        UsageError: two pins are of one log.
    """
    folder = witness_folder(session.config)
    if not (folder / _KEY).exists():
        raise UnavailableError(
            "the witness's key",
            "is not here",
            todo="make one with 'qifeng log witness key NAME'",
        )
    logs: dict[str, Sequence[Verifier]] = {}
    for pin in map(read_pin, pins):
        if pin.origin in logs:
            raise UsageError(f"two pins are of {pin.origin}", todo="give each log once")
        logs[pin.origin] = log_verifiers(pin.log_key, pin.log_key_ml_dsa)
    name = read_file(folder / _NAME).decode("utf-8", "replace").removesuffix("\n")
    word = passphrase(session, "passphrase of the witness's key")
    return Witness(
        read_log_key(folder / _KEY, name, word), logs, WitnessBook(folder / "logs"), clock
    )


def file_name(name: str) -> str:
    """Return a witness's name as a file can have it."""
    return quote(name, safe="")


def write_file(path: Path, content: bytes) -> None:
    """Write a file that others are to read.

    Raises:
        UnavailableError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise UnavailableError(f"file {path.name}", error.strerror or str(error)) from error


@contextmanager
def serving(
    witness: Witness, host: str = "127.0.0.1", port: int = 0
) -> Iterator[tuple[ThreadingHTTPServer, str]]:
    """Listen for requests; yields the server, not yet serving, and its address.

    Raises:
        UnavailableError: nobody can listen there.
    """

    class Handler(_Handler):
        asked = witness

    try:
        server = ThreadingHTTPServer((host, port), Handler)
    except OSError as error:
        raise UnavailableError(
            f"address {host}:{port}", error.strerror or str(error), todo="choose another --port"
        ) from error
    with server:
        yield server, f"http://{host}:{server.server_port}"


class _Handler(BaseHTTPRequestHandler):
    """What one connection asks; `asked` is the witness that answers."""

    asked: Witness
    timeout = TIMEOUT_SECONDS
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Take a request to cosign."""
        if self.path != ADD_CHECKPOINT:
            self._tell(Answer(HTTPStatus.NOT_FOUND, b"only add-checkpoint is served here\n"))
            return
        told = self.headers.get("Content-Length", "")
        if not (told.isascii() and told.isdigit() and int(told) <= MAX_REQUEST_BYTES):
            self.close_connection = True
            self._tell(Answer(HTTPStatus.BAD_REQUEST, b"give a Content-Length within bounds\n"))
            return
        request = self.rfile.read(int(told))
        self._tell_of(lambda: self.asked.answer(request))

    def do_GET(self) -> None:
        """Show the head of a log that was cosigned last (monitoring)."""
        _, _, place = self.path.removesuffix("/checkpoint").rpartition("/")
        named = len(place) == 64 and set(place) <= {*"0123456789abcdef"}
        if self.path != f"/{place}/checkpoint" or not named:
            self._tell(Answer(HTTPStatus.NOT_FOUND, b"no such log\n"))
            return

        def read() -> Answer:
            note = self.asked.book.note(place)
            if note is None:
                return Answer(HTTPStatus.NOT_FOUND, b"no such log\n")
            return Answer(HTTPStatus.OK, note)

        self._tell_of(read)

    def _tell_of(self, ask: Callable[[], Answer]) -> None:
        try:
            told = ask()
        except LedgerError as error:
            # The disk or the kept head failed: whoever asked may ask again, and got no signature.
            told = Answer(HTTPStatus.INTERNAL_SERVER_ERROR, b"the witness cannot answer now\n")
            click.echo(f"error: {error}", err=True)
        self._tell(told)

    def _tell(self, told: Answer) -> None:
        self.send_response(told.status)
        self.send_header("Content-Type", told.kind)
        self.send_header("Content-Length", str(len(told.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(told.body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say on stderr who asked what, one line each."""
        click.echo(f"{self.address_string()} {format % args}", err=True)


def _words(told: Answer) -> str:
    if told.status == HTTPStatus.OK:
        return "cosigned 副署"
    return told.body.decode("utf-8", "replace").strip()[:200]
