"""`cstokg token`: tokens for clients that may write."""

from pathlib import Path

import click

from cstokg.cli.session import WRONG_USE

TOKENS_HELP = (
    "The file with the hashes of the tokens; by default one in your folder for such things."
)


@click.group(name="token", invoke_without_command=True, short_help="Make a token for writing.")
@click.option(
    "--name",
    metavar="NAME",
    help="What to call the new token, such as whom it is for; it is shown by 'list'.",
)
@click.option(
    "--tokens",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="CSTOKG_TOKENS",
    show_envvar=True,
    metavar="FILE",
    help=TOKENS_HELP,
)
@click.pass_context
def command(ctx: click.Context, name: str | None, path: Path | None) -> None:
    """Make a bearer token for writing over HTTP, and print it, once.

    Only its hash is kept. Send it as the header 'Authorization: Bearer TOKEN' to a server that
    runs with --writable; the server sees new and revoked tokens at once.

    \b
    Examples:
      cstokg token --name laptop        # makes one and prints it
      cstokg token list
      cstokg token revoke laptop
      curl -H "Authorization: Bearer $TOKEN" --data-urlencode \\
        'update=INSERT DATA { … }' http://127.0.0.1:8080/sparql
    """
    from cstokg.settings import find_tokens
    from cstokg.web.http.token_file import TokenFile

    ctx.obj = TokenFile(find_tokens(path))
    if ctx.invoked_subcommand is not None:
        return
    if name is None:
        click.echo(ctx.get_help(), err=True)
        ctx.exit(WRONG_USE)
    secret = ctx.obj.make(name)
    click.echo(secret)
    click.echo(f"The token {name!r} is shown this once; its hash is in {ctx.obj.path}.", err=True)


@command.command(name="list")
@click.pass_context
def list_tokens(ctx: click.Context) -> None:
    """List the tokens: their names, and the days they were made."""
    for token in ctx.obj.read():
        click.echo(f"{token.created}  {token.name}")


@command.command()
@click.argument("name")
@click.pass_context
def revoke(ctx: click.Context, name: str) -> None:
    """Revoke the token NAME; a running server refuses it from now on."""
    ctx.obj.revoke(name)
    click.echo(f"The token {name!r} is revoked.", err=True)
