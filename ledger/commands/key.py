"""`qifeng key`: make keys, ask for their enrolment, load them into an agent, revoke lost ones."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import click

from ledger.application.acting import NOT_RECORDED, Acting, Done
from ledger.application.ledger import Ledger
from ledger.application.naming import find_officer
from ledger.clock import new_id
from ledger.commands.answer import as_json, as_table
from ledger.commands.desk import open_acting, open_ledger, passphrase
from ledger.commands.enrolment import (
    format_key_request,
    make_key,
    propose_key,
    propose_rotation,
    read_key_request,
    request_key,
)
from ledger.commands.own import key_path, keys_folder, token_path
from ledger.commands.reading import reading
from ledger.commands.record import family_group
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.commands.trusting import (
    CERTIFICATE,
    distrust_authority,
    read_chain,
    trust_authority,
)
from ledger.errors import (
    NotFoundError,
    UnavailableError,
    UsageError,
)
from ledger.keys.agent import add_to_agent
from ledger.keys.foreign import import_private
from ledger.keys.held import held_keys
from ledger.keys.keyfile import open_secret, parse_keyfile, seal_secret
from ledger.keys.keystore import read_private_file, write_keyfile, write_private_file
from ledger.keys.signer import Signer
from ledger.keys.suite import ED25519, SUITES

SUITE = click.Choice([each.name for each in SUITES])
SUITE_HELP = "算法套件 Which signatures the key makes."
OUT = click.option("--out", type=click.Path(path_type=Path), help="Where to write the request.")
JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")

key = family_group("key")
key.help = "Make, enrol, rotate and revoke keys."
key.add_command(trust_authority)
key.add_command(distrust_authority)
key.add_command(reading)


@key.command("new")
@click.argument("name")
@click.option(
    "--file", "file_name", default="", help="Name of the key file, if other than NAME."
)
@click.option("--suite", type=SUITE, default=ED25519, show_default=True, help=SUITE_HELP)
@OUT
@click.pass_obj
def new(session: Session, name: str, file_name: str, *, suite: str, out: Path | None) -> None:
    """Make a key for an officer here, and the request that an administrator enrols it by."""
    ledger = open_ledger(session)
    word = passphrase(session, f"new passphrase for {name}", new=True)
    path = _free(out or Path(f"{file_name or name}.request.json"))
    signer = make_key(session.config, file_name or name, word, suite=suite)
    _write_request(
        ledger, signer, name=name, path=path, file=key_path(session.config, file_name or name)
    )


@key.command("token")
@click.argument("name")
@click.option("--module", required=True, type=click.Path(path_type=Path, exists=True),
              help="The token's PKCS#11 library.")  # fmt: skip
@click.option("--token", required=True, help="The token's label.")
@click.option("--label", default="", help="The key's label in the token, if other than NAME.")
@OUT
@click.pass_obj
def token(  # noqa: PLR0913 -- one parameter an option
    session: Session, name: str, *, module: Path, token: str, label: str, out: Path | None
) -> None:
    """Make a key inside a token, never to leave it, and the request to enrol it by.

    The token's PIN is asked for, or read from --passphrase-file.
    """
    # The token's library is loaded only where somebody has a token.
    from ledger.keys.pkcs11 import Place, TokenSigner, format_token_file, make_in_token  # noqa: PLC0415

    ledger = open_ledger(session)
    path = _free(out or Path(f"{name}.request.json"))
    file_path = _free(token_path(session.config, name))
    pin = passphrase(session, f"PIN of token {token}")
    made = make_in_token(Place(str(module.resolve()), token, label or name), pin)
    file_path.parent.mkdir(parents=True, exist_ok=True)
    write_private_file(file_path, format_token_file(made))
    _write_request(ledger, TokenSigner(made, pin), name=name, path=path, file=file_path)


def _free(path: Path) -> Path:
    if path.exists():
        raise UsageError(
            f"{path.name} exists", todo="choose another with --out, or move it away"
        )
    return path


def _write_request(
    ledger: Ledger, signer: Signer, *, name: str, path: Path, file: Path
) -> None:
    """Write the request of a new key, and say what to do with it."""
    try:
        record = find_officer(ledger, name)
    except NotFoundError:
        record = f"officer/{new_id(ledger.clock())}"
    request = request_key(signer, ledger=ledger.origin, name=name, officer_record=record)
    try:
        path.write_bytes(format_key_request(request))
    except OSError as error:
        # Nobody has heard of this key yet; left behind, it would stand in the next try's way.
        file.unlink()
        raise UnavailableError(f"file {path.name}", error.strerror or str(error)) from error
    click.echo(f"key {signer.key_id}")
    click.echo(
        f"give {path} to an administrator: qifeng officer enrol --request {path}", err=True
    )


@key.command("propose")
@click.argument("request", type=click.Path(path_type=Path, exists=True))
@CERTIFICATE
@JSON
@click.pass_obj
def propose(
    session: Session, request: Path, *, certificates: tuple[Path, ...], as_json_: bool
) -> None:
    """Propose a further key for an enrolled officer, from its request file."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    chain = read_chain(certificates)
    done = propose_key(ledger, acting, read_key_request(request), posts=(), chain=chain)
    tell_done(ledger, done, machine=as_json_)


@key.command("rotate")
@click.option(
    "--request", type=click.Path(path_type=Path, exists=True),
    help="The new key's request, where 'key token' or 'key new' made it; else one is made here.",
)  # fmt: skip
@click.option("--file", "file_name", default="", help="Name of the new key's file.")
@click.option("--suite", type=SUITE, default=ED25519, show_default=True, help=SUITE_HELP)
@CERTIFICATE
@JSON
@click.pass_obj
def rotate(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    request: Path | None,
    file_name: str,
    *,
    suite: str,
    certificates: tuple[Path, ...],
    as_json_: bool,
) -> None:
    """Propose a new key in place of your own, signed by it; an administrator confirms."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    chain = read_chain(certificates)
    if chain and request is None:
        raise UsageError(
            "a key that is made now has no certificate yet",
            todo="make it with 'qifeng key new', have it certified, and give its --request",
        )
    if request is not None:
        done = propose_rotation(ledger, acting, read_key_request(request), chain=chain)
    else:
        done = _rotate_here(session, ledger, acting, file_name=file_name, suite=suite)
    tell_done(ledger, done, machine=as_json_)
    name = ledger.state(acting.officer).name
    click.echo(
        f"now confirm: qifeng --as ANOTHER officer confirm {name}; until then the old key signs",
        err=True,
    )


def _rotate_here(
    session: Session, ledger: Ledger, acting: Acting, *, file_name: str, suite: str
) -> Done:
    """Make the new key in this user's folder, and propose it."""
    name = ledger.state(acting.officer).name
    file_name = file_name or _next_name(session, name)
    word = passphrase(session, f"new passphrase for {file_name}", new=True)
    signer = make_key(session.config, file_name, word, suite=suite)
    request = request_key(
        signer, ledger=ledger.origin, name=name, officer_record=acting.officer
    )
    try:
        return propose_rotation(ledger, acting, request)
    except NOT_RECORDED:
        # Nobody has heard of this key; left behind, it would stand in the next try's way.
        key_path(session.config, file_name).unlink()
        raise


def _next_name(session: Session, name: str) -> str:
    """Return the first of NAME, NAME-2, NAME-3… of which there is no key file yet."""
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    return next(each for each in names if not key_path(session.config, each).exists())


@key.command("files")
@JSON
@click.pass_obj
def files(session: Session, *, as_json_: bool) -> None:
    """List the key files in your own folder; no passphrase is needed."""
    rows = [
        {"file": held.path.name, "key": held.key, "suite": held.suite}
        for held in held_keys(keys_folder(session.config))
    ]
    if as_json_:
        as_json({"keys": rows})
    else:
        as_table(rows, ("file", "key", "suite"))


@key.command("unlock")
@click.argument("name")
@click.option("--hours", default=8, show_default=True, help="For how long the agent keeps it.")
@click.pass_obj
def unlock(session: Session, name: str, hours: int) -> None:
    """Load a key into ssh-agent, so that no command asks for its passphrase."""
    if not session.agent_socket:
        raise UnavailableError(
            "ssh-agent", "none is running", todo="start one: eval $(ssh-agent)"
        )
    path = key_path(session.config, name)
    keyfile = parse_keyfile(read_private_file(path))
    if keyfile.header.suite != ED25519:
        raise UsageError(
            f"ssh-agent holds no key of suite {keyfile.header.suite}",
            todo="give its passphrase each time, with --passphrase-file",
        )
    seed = open_secret(keyfile, passphrase(session, f"passphrase of {path.name}"))
    add_to_agent(
        Path(session.agent_socket), seed, f"qifeng {name}", lifetime_seconds=hours * 3600
    )
    click.echo(f"{name} is unlocked for {hours} h", err=True)


@key.command("import")
@click.argument("name")
@click.argument("private", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--private-passphrase-file",
    type=click.Path(path_type=Path, exists=True),
    help="Where the passphrase of the file to import stands.",
)
@click.pass_obj
def import_key(
    session: Session, name: str, private: Path, *, private_passphrase_file: Path | None
) -> None:
    """Import an Ed25519 private key (PKCS#8 or OpenSSH) into a key file of your own."""
    theirs = None
    if private_passphrase_file is not None:
        theirs = private_passphrase_file.read_text().rstrip("\n")
    seed = import_private(read_private_file(private), theirs)
    word = passphrase(session, f"new passphrase for {name}", new=True)
    path = key_path(session.config, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_keyfile(path, seal_secret(seed, word))
    click.echo(f"imported as {path.name}", err=True)
