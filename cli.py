"""The command line: a table of commands, loaded when used, and what an error exits with."""

from __future__ import annotations

import gc
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any

import click

FAMILY = "ledger.commands.record:family_group"  # a command, or what makes one from its name
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("init", "ledger.commands.init:init", "Start a ledger: log key, founder, founding act."),
    ("status", "projections.commands.status:status", "Show size, root and what is due."),
    ("demo", "projections.commands.demo:demo", "Record, verify and explain an office's year."),
    ("verify", "projections.commands.verify:verify", "Verify all and name every bad place."),
    ("import", "ledger.commands.load:load", "Import a register, or an event log in XES."),
    ("audit", "projections.commands.audit:audit", "Ask who did what, when, with which key."),
    ("view", "projections.commands.view:view", "Show a view, as it is or as it was known."),
    ("export", "projections.commands.export:export", "Export bundles to check, logs to mine."),
    (
        "check",
        "projections.commands.check:check",
        "Check what was exported, without any ledger.",
    ),
    ("log", "ledger.commands.log:log", "Sign checkpoints and prove what the log holds."),
    ("queue", "projections.commands.queue:queue", "List what waits for me, and answer it."),
    ("key", "ledger.commands.key:key", "Make, enrol, rotate and revoke keys."),
    ("officer", "ledger.commands.officer:officer", "Enrol officers; give and end posts."),
    ("office", FAMILY, "Record who adopts policies, and clocks set right."),
    ("store", "projections.commands.store:store", "Upgrade, back up or rebuild the store."),
    ("document", FAMILY, "Record outgoing documents 发文 from draft to archive."),
    ("incoming", FAMILY, "Record incoming documents 收文 from receipt to archive."),
    ("compartment", "ledger.commands.compartment:compartment", "Say who reads private fields."),
    ("consultation", FAMILY, "Record who comes to look into the ledger 查阅登记."),
    ("schedule", FAMILY, "Record retention schedules 保管期限表."),
    ("custody", FAMILY, "Record until when records are kept 保管, and what holds them."),
    ("purge", "ledger.commands.purge:purge", "Destroy content and private fields, approved."),
    ("series", FAMILY, "Record number series 文号 and void numbers."),
    ("telegram", FAMILY, "Record telegrams 电报 and their legs."),
    ("correspondent", FAMILY, "Reconcile 对账 what a sender sent with what came."),
    ("custodian", FAMILY, "Sign monthly counters 机要月报 of what may not be shown."),
    ("timetable", FAMILY, "Set how long each step 办理时限 may take."),
    ("fund", FAMILY, "Record requests for money 经费 to payment."),
    ("budget", FAMILY, "Record budget lines 预算."),
    ("outlays", FAMILY, "Say which lines are counted together 三公经费."),
    ("invoice", FAMILY, "Record invoices 发票, each claimed once."),
    ("policy", FAMILY, "Record who must sign what 审批权限."),
    ("rule", "projections.commands.rules:rule_group", "Record rules 制度, ask what held when."),
    ("decision", FAMILY, "Record collective decisions 集体决策 and what they allow."),
    ("cleanup", FAMILY, "Record clean-up campaigns 清理 and close their sums."),
    ("statement", FAMILY, "Record bank statements 银行对账单, line by line."),
    ("rectification", FAMILY, "Record problems found 审计整改 until they are put right."),
    ("handover", FAMILY, "Show what was handed over 移交, and who acknowledged it."),
    ("alarm", FAMILY, "Set from where on money is flagged 预警参数."),
)
TABLE = {name: (place, text) for name, place, text in COMMANDS}


class LazyGroup(click.Group):
    """The top of the command line: lists the table, imports a command only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the table, in its order."""
        return list(TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, imported now, or None."""
        found: Any = pkgutil.resolve_name(TABLE[cmd_name][0]) if cmd_name in TABLE else None
        return found if found is None or isinstance(found, click.Command) else found(cmd_name)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command and its arguments; who acts may be named after the command too."""
        fresh = "ledger" not in sys.modules
        gc.set_threshold(50_000)  # what is imported is no garbage: neither now nor at the end
        take_actor = pkgutil.resolve_name("ledger.commands.session:take_actor")
        ctx.params["actor"], args = take_actor(args, ctx.params.get("actor"))
        found = super().resolve_command(ctx, args)
        if fresh:
            gc.freeze()
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help lines of the table; nothing is imported for it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in TABLE.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", envvar="QIFENG_HOME", type=Path, help="The ledger's .qifeng folder.")
@click.option("--config", envvar="QIFENG_CONFIG", type=Path, help="Your own settings and pins.")
@click.option("--store", "store_url", metavar="URL", help="Another store: postgresql://….")
@click.option("--as", "actor", metavar="NAME", help="The acting officer.")
@click.option("--passphrase-file", envvar="QIFENG_PASSPHRASE_FILE", type=Path, help="To sign.")
@click.option("--traceback", is_flag=True, expose_value=False, help="Show where errors arose.")
@click.version_option(package_name="qifeng")
@click.pass_context
def qifeng(ctx: click.Context, /, **options: Any) -> None:
    """Keep an office's records as signed, sealed events that anyone can verify."""
    new_session: Any = pkgutil.resolve_name("ledger.commands.session:new_session")
    ctx.obj = new_session(options, os.environ, here=Path.cwd())


def main() -> int:
    """Run the command that was called and return its exit code (a command's None is 0)."""
    try:
        with qifeng.make_context("qifeng", sys.argv[1:]) as ctx:
            verdict = qifeng.invoke(ctx)
        sys.stdout.flush()
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except (Exception, KeyboardInterrupt) as error:
        report: Any = pkgutil.resolve_name("ledger.commands.outcome:report")
        return int(report(error, show_trace="--traceback" in sys.argv))
    return verdict if isinstance(verdict, int) else 0
