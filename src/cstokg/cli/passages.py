"""`cstokg passages`: a first passages.ttl for a new source."""

from pathlib import Path

import click

from cstokg.cli.session import file_argument


@click.command(short_help="Write a first passages.ttl for a new article.")
@file_argument
@click.argument("slug")
def command(file: Path, slug: str) -> None:
    """Cut the text in FILE into sentences and print them as passages of the source SLUG.

    FILE is plain text in UTF-8, one paragraph a line; it is read and not kept. Look the cuts
    through: each passage is taken for a body sentence that carries a fact.

    \b
    Examples:
      cstokg passages article-2.txt smith-2025 > data/smith-2025/passages.ttl
    """
    from cstokg.quality.passages import read_text
    from cstokg.quality.segmentation import passages_turtle, split_sentences

    click.echo(passages_turtle(split_sentences(read_text(file)), slug), nl=False)
