"""The command line: one module per command, imported only when its command is named.

Exit codes: 0 fine, 1 findings, 2 wrong use or bad input. Results go to stdout, everything
else to stderr. Heavy libraries are imported inside the commands' functions, never here.
"""

import difflib
import importlib
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cstokg import __version__
from cstokg.cli.session import WRONG_USE, Session
from cstokg.errors import CstokgError

COMMANDS = (
    "serve",
    "mcp",
    "token",
    "load",
    "backup",
    "restore",
    "query",
    "ask",
    "as-of",
    "network",
    "timeline",
    "claims",
    "table",
    "why",
    "cite",
    "validate",
    "reason",
    "lint",
    "export",
    "check-source",
    "coverage",
    "passages",
    "fmt",
    "diff",
    "release",
    "info",
    "completion",
)
log = logging.getLogger(__name__)


class Commands(click.Group):
    """The group of `COMMANDS`, which also turns every error into one readable message."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the help text."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command and return the command, None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cstokg.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that `args` begin with. Raises UsageError, with a near name."""
        name = args[0]
        if name in COMMANDS or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        suggestion = f"; did you mean '{near[0]}'?" if near else ""
        raise click.UsageError(f"no command '{name}'{suggestion}", ctx)

    def main(self, args: Sequence[str] | None = None, *rest: Any, **extra: Any) -> Any:
        """Run the command line and exit with its code; every error is one message on stderr."""
        extra["standalone_mode"] = False
        try:
            code = super().main(args, *rest, **extra)
            sys.stdout.flush()
        except BrokenPipeError:
            # The reader (head, less) has left: what it wanted it has. Python would complain
            # once more when it flushes stdout at exit, so stdout goes nowhere from here.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except click.Abort:
            code = _fail("interrupted")
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "cstokg"
            code = _fail(error.format_message(), f"See '{path} --help'.")
        except click.ClickException as error:
            code = _fail(error.format_message())
        except CstokgError as error:
            code = _fail(error.message, error.hint)
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            code = _fail(f"{place}{error.strerror or error}")
        except Exception as error:  # a fault of ours: still a message, the details under -v
            log.debug("the fault", exc_info=True)
            hint = "This is a fault in cstokg: run it again with -v, and report what it prints."
            code = _fail(f"{type(error).__name__}: {error}", hint)
        sys.exit(code)


def _fail(message: str, hint: str = "") -> int:
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"hint: {hint}", err=True)
    return WRONG_USE


@click.group(
    cls=Commands,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    envvar="CSTOKG_PROJECT",
    metavar="DIR",
    help="The folder with ontology/, data/ and shapes/. By default the checkout's own, or the "
    "installed package's; also CSTOKG_PROJECT.",
)
@click.option("--no-cache", is_flag=True, help="Build anew, and keep nothing for the next time.")
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr what is done.")
@click.version_option(__version__, prog_name="cstokg")
@click.pass_context
def main(ctx: click.Context, *, project: Path | None, no_cache: bool, verbose: bool) -> None:
    """Query, check and serve a knowledge graph of one analyst article about the CSTO.

    \b
    Examples:
      cstokg serve                      # a SPARQL endpoint at http://127.0.0.1:8080/sparql
      cstokg query 'SELECT ?s { ?s a ckg:State }'
      cstokg ask CQ01
      cstokg validate

    Exit codes: 0 fine, 1 findings, 2 wrong use or bad input.
    """
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if verbose else logging.WARNING,
        format="%(levelname)s %(name)s: %(message)s",
    )
    ctx.obj = Session(project=project, use_cache=not no_cache)
