"""`cstokg completion`: the script that lets a shell complete commands, options and names."""

import click
from click.shell_completion import BashComplete, FishComplete, ZshComplete

_SHELLS = {"bash": BashComplete, "zsh": ZshComplete, "fish": FishComplete}


@click.command(short_help="Print the completion script of a shell.")
@click.argument("shell", type=click.Choice(list(_SHELLS)))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script that lets a SHELL complete cstokg's commands, options and names.

    \b
    Examples:
      eval "$(cstokg completion bash)"                              # in ~/.bashrc
      eval "$(cstokg completion zsh)"                               # in ~/.zshrc
      cstokg completion fish > ~/.config/fish/completions/cstokg.fish
    """
    root = ctx.find_root().command
    click.echo(_SHELLS[shell](root, {}, "cstokg", "_CSTOKG_COMPLETE").source())
