"""The house keeps its own rules: layout, names, size, help, docs."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cli
from ledger.errors import LedgerError
from tests.cli_reference import all_commands, built_commands
from tests.glossary import words
from tests.needs import REPOSITORY, missing

PACKAGES = ("ledger", "projections", "migrations")
HEAVY = ("alembic", "cryptography", "eventsourcing", "matplotlib", "nacl", "openpyxl", "rich", "sqlalchemy")  # fmt: skip

# The words the glossary says never to use, where no library, file format or law brings them in.
NEVER_SAY = frozenset(
    re.findall(
        r"\w+",
        "aggregate aggregates backend cert certs dao entities entity erase helper helpers info"
        " manager managers role roles seq sth util utils validate validator wrapper wrappers",
    )
)
# Families of finding codes (`rule.R3` and its like are documented with the rules themselves).
CODE_FAMILIES = (
    *("authority", "bundle", "checkpoint", "content", "event", "inventory", "key", "log"),
    *("private", "proof", "seal", "series", "store", "time", "tree", "view"),
)
# Names of others that we must spell as they do: start of the path -> words.
SPELT_BY_OTHERS: dict[str, frozenset[str]] = {
    "ledger/application": frozenset({"aggregate"}),  # eventsourcing's Application and Mapper
    "ledger/importing/workbook": frozenset({"entities"}),  # XML's, which may not be declared
    "ledger/keys/hpke": frozenset({"info"}),  # RFC 9180's
    "ledger/store/disclosures": frozenset({"info"}),  # RFC 9180's
    "ledger/store": frozenset({"aggregate"}),  # eventsourcing's recorder
}


def sources() -> list[Path]:
    """Return every Python file that we ship."""
    shipped = [path for package in PACKAGES for path in (REPOSITORY / package).rglob("*.py")]
    return sorted([REPOSITORY / "cli.py", *shipped])


def tracked() -> list[Path]:
    """Return every file under version control, or leave the test where there is none."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if listed.returncode != 0:
        missing("not a git checkout, as in the shared archive")
    paths = [REPOSITORY / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def shown(path: Path) -> str:
    """Return a path as a reader would write it."""
    return path.relative_to(REPOSITORY).as_posix()


def parsed(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), shown(path))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function of a file, methods and inner ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def module_name(path: Path) -> str:
    """Return the dotted name a file is imported by."""
    return shown(path).removesuffix(".py").removesuffix("/__init__").replace("/", ".")


# --- size and shape ---------------------------------------------------------------------------


def test_no_file_has_more_than_400_lines():
    """A module is one idea: somebody reads it in one sitting."""
    python = [path for path in tracked() if path.suffix == ".py"]

    long = {
        shown(path): n for path in python if (n := len(path.read_text().splitlines())) > 400
    }

    assert long == {}


def test_no_function_has_more_than_50_lines():
    """A function does one thing at one height."""
    long = {
        f"{shown(path)}:{node.lineno} {node.name}": size
        for path in sources()
        for node in functions(parsed(path))
        if (size := (node.end_lineno or 0) - node.lineno + 1) > 50
    }

    assert long == {}


def test_cli_has_at_most_79_lines_beside_its_table():
    """The command line is a table, which grows with the families, and little else."""
    lines = (REPOSITORY / "cli.py").read_text().splitlines()

    assert len(lines) - len(cli.COMMANDS) <= 79


def test_every_module_says_what_it_is():
    """The first line of a module is a docstring: a whole sentence."""
    first_lines = {
        shown(path): (ast.get_docstring(parsed(path)) or "").partition("\n")[0]
        for path in sources()
        if path.read_text().strip()
    }

    assert {
        name for name, line in first_lines.items() if not re.search(r"[.:?]$", line)
    } == set()


def test_every_test_states_its_promise():
    """A test without a docstring promises nothing."""
    silent = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path in (REPOSITORY / "tests").rglob("test_*.py")
        for node in functions(parsed(path))
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]

    assert silent == []


def test_imports_are_not_hidden_from_the_contracts():
    """No import stands inside `if TYPE_CHECKING` to hide a circle."""
    hidden = [shown(path) for path in sources() if "TYPE_CHECKING" in path.read_text()]

    assert hidden == []


# --- words ------------------------------------------------------------------------------------


def declared_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and name of everything a file defines: classes, functions, arguments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id


def words_of(name: str) -> set[str]:
    """Return the lower-case words of a snake_case or CamelCase name."""
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def excused(path: Path) -> frozenset[str]:
    """Return the words that a library makes this file use."""
    folders = [
        words for start, words in SPELT_BY_OTHERS.items() if shown(path).startswith(start)
    ]
    return frozenset().union(*folders)


def test_identifiers_use_the_glossary():
    """One word per concept: the glossary's "never say" column names nothing here."""
    said = [
        f"{shown(path)}:{line} {name}"
        for path in sources()
        for line, name in declared_names(parsed(path))
        if words_of(name) & (NEVER_SAY - excused(path))
    ]

    assert said == []


def test_the_glossary_tells_what_is_never_said():
    """Whoever is refused a name finds the word to use instead."""
    told = set(re.findall(r"[a-z]+", words()))

    assert NEVER_SAY - told == set()


def test_no_file_names_a_machine():
    """What is committed holds no paths of one machine and no addresses of package indexes."""
    indexes = ("py" + "pi.org", "python" + "hosted", "deb." + "debian")
    machine = re.compile("|".join([r"(?<![\w.])/(?:root|work|farm|home/[a-z]\w*)/", *indexes]))
    found = {
        shown(path)
        for path in tracked()
        if path.suffix not in {".gz", ".xlsx", ".png"}
        and machine.search(path.read_text(encoding="utf-8", errors="replace"))
    }

    assert found == set()


def test_nothing_is_left_for_later():
    """No unfinished places: they are issues, not comments."""
    unfinished = re.compile(r"#.*\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        f"{shown(path)}:{number}"
        for path in tracked()
        if path.suffix == ".py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if unfinished.search(line)
    ]

    assert found == []


# --- errors and findings ----------------------------------------------------------------------


def ours(path: Path) -> list[type]:
    """Return the classes that a module defines itself."""
    name = module_name(path)
    if name == "migrations.env":  # Alembic runs it; it cannot be imported alone.
        return []
    module = importlib.import_module(name)
    return [
        member
        for member in vars(module).values()
        if isinstance(member, type) and member.__module__ == name
    ]


def test_every_exception_of_ours_is_a_ledger_error():
    """Whoever catches LedgerError has caught every refusal of ours."""
    paths = [path for path in sources() if "versions" not in path.parts]
    exceptions = [kind for path in paths for kind in ours(path) if issubclass(kind, Exception)]

    strangers = [kind.__qualname__ for kind in exceptions if not issubclass(kind, LedgerError)]

    assert LedgerError in exceptions
    assert strangers == []


def finding_codes() -> set[str]:
    """Return every code that the parts which report findings write out."""
    code = re.compile(rf"(?:{'|'.join(CODE_FAMILIES)})\.[a-z_]+")
    reporting = [
        *(REPOSITORY / "ledger/audit").rglob("*.py"),
        REPOSITORY / "projections/checks.py",
    ]
    return {
        node.value
        for path in (*reporting, *(REPOSITORY / "ledger/export").rglob("*.py"))
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and code.fullmatch(node.value)
    }


def test_every_finding_code_is_documented():
    """Whoever is shown a finding can look up what it means and what to do."""
    documented = (REPOSITORY / "docs" / "findings.md").read_text(encoding="utf-8")

    assert "seal.signature" in finding_codes()
    assert {code for code in finding_codes() if f"`{code}`" not in documented} == set()


# --- the command line -------------------------------------------------------------------------


def imported_by(arguments: str) -> set[str]:
    """Return the top-level names that one call of the command line has imported."""
    code = f"import sys, cli; sys.argv = {['qifeng', *arguments.split()]!r}; cli.main(); "
    shout = "print('\\n'.join(sys.modules), file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", code + shout],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize("arguments", ["--help", "--version"])
def test_help_loads_nothing_heavy(arguments):
    """Asking for help never waits for a database or a cipher."""
    assert imported_by(arguments) & {*HEAVY, "ledger", "projections"} == set()


def test_cli_imports_only_click_and_the_standard_library():
    """What the command line needs at once is small."""
    tops = {
        name.partition(".")[0]
        for node in parsed(REPOSITORY / "cli.py").body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }

    assert tops - sys.stdlib_module_names == {"click"}


def test_every_line_of_the_table_is_help_beginning_with_a_verb():
    """Help fits one line, begins with a capital and ends with a full stop."""
    crooked = [
        text for _, _, text in cli.COMMANDS if not re.fullmatch(r"[A-Z][a-z]+\b.{1,60}\.", text)
    ]

    assert crooked == []


def test_every_command_of_the_table_exists():
    """What help lists can be called."""
    absent = {name for name, _, _ in cli.COMMANDS} - set(built_commands())

    assert absent == set()


@pytest.mark.parametrize("name", built_commands())
def test_every_command_loads(name):
    """A command of the table is where the table says, under the name the table says."""
    command = cli.qifeng.get_command(click.Context(cli.qifeng), name)

    assert command is not None
    assert command.name == name


def test_every_command_and_option_has_help():
    """Nothing can be called that is not explained."""
    silent = []
    for context in all_commands():
        if not context.command.get_short_help_str():
            silent.append(context.command_path)
        silent += [
            f"{context.command_path} {option.name}"
            for option in context.command.params
            if isinstance(option, click.Option) and not option.help
        ]

    assert silent == []


def test_the_command_line_reference_is_fresh():
    """docs/cli.md is what the commands say of themselves; `make docs` writes it."""
    committed = (REPOSITORY / "docs" / "cli.md").read_text(encoding="utf-8")

    # A fresh process: click keeps the help option that a command was first asked for.
    fresh = subprocess.run(
        [sys.executable, "-m", "tests.cli_reference"],
        cwd=REPOSITORY, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip

    assert committed == fresh


# --- documents --------------------------------------------------------------------------------


def links(page: Path) -> Iterator[Path]:
    """Yield the files that a page points at, without their anchors."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:|#", target):
            yield page.parent / target.partition("#")[0]


def test_links_between_documents_lead_somewhere():
    """A page that is pointed at is there."""
    pages = [path for path in tracked() if path.suffix == ".md"]

    dead = {
        f"{shown(page)} -> {to.name}" for page in pages for to in links(page) if not to.exists()
    }

    assert dead == set()


def test_decisions_are_numbered_without_gaps():
    """Decisions are read in the order they were taken, and none has gone."""
    numbers = sorted(
        int(path.name[:4]) for path in (REPOSITORY / "docs/decisions").glob("0*.md")
    )

    assert numbers == list(range(1, len(numbers) + 1))
