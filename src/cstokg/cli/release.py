"""`cstokg release`: the checked artefacts of a version."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cstokg.cli.progress import progress
from cstokg.cli.session import FINDINGS, Session, pass_session

if TYPE_CHECKING:
    from cstokg.dataset.model import Dataset
    from cstokg.settings import Settings


@click.command(short_help="Check everything, and write the artefacts of a release.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Where to write; empty, or not there yet.",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True),
    metavar="OLD",
    help="The release before (its cstokg-ontology.ttl, or an ontology/ folder): its terms must all "
    "be there still, and what changed is written to changed-terms.txt.",
)
@pass_session
def command(session: Session, *, output: Path, since: Path | None) -> int:
    """Validate and reason over the dataset, then write it in all formats and variants.

    Written are everything in its named graphs (TriG, N-Quads, JSON-LD) and for other tools, and
    the ontology, the asserted facts and the reasoned whole (Turtle, N-Triples, RDF/XML); the
    documentation of the vocabulary, release.json and SHA256SUMS; all as an RO-Crate. Exits with 1,
    and writes nothing, if a check finds something.

    \b
    Examples:
      cstokg release -o dist/cstokg-0.2.0
      cstokg release -o out --since ../cstokg-0.1.0/cstokg-ontology.ttl
      (cd out && sha256sum --check SHA256SUMS)
    """
    from cstokg.cli.diff import difference_text
    from cstokg.publish.release import changed_terms, check_versions, require_empty, write_release
    from cstokg.publish.standalone import PUBLISHED, standalone_page
    from cstokg.web.application import create_app

    require_empty(output)
    settings, dataset = session.settings(), session.dataset()
    changelog = settings.project / "CHANGELOG.md"
    check_versions(dataset, changelog.read_text("utf-8") if changelog.is_file() else None)
    site = create_app(dataset, base_url=PUBLISHED).test_client()
    page = site.get("/ontology", headers={"Accept": "text/html"})
    if page.status_code != 200:
        raise LookupError(f"/ontology answers {page.status}")
    others = {"ontology.html": standalone_page(page.text)}
    if since is not None:
        changes = difference_text(changed_terms(since, settings.ontology))
        others["changed-terms.txt"] = changes.encode()
    if not _is_sound(dataset, settings):
        return FINDINGS
    paths = write_release(
        dataset,
        output,
        others=others,
        progress=lambda name: click.echo(f"writing {name}", err=True),
    )
    click.echo(f"{len(paths)} files of version {dataset.info.version} in {output}")
    return 0


def _is_sound(dataset: Dataset, settings: Settings) -> bool:
    """Return True if the shapes and the reasoner find nothing; print what they find."""
    from cstokg.quality.reasoning.hermit import reason_dataset
    from cstokg.shacl.validation import validate_dataset

    click.echo("validating", err=True)
    with progress("validating"):
        report = validate_dataset(dataset, settings.shapes)
    if not report.ok:
        click.echo(f"{report.count('violation')} violations: see 'cstokg validate'", err=True)
        return False
    click.echo("reasoning", err=True)
    if not reason_dataset(dataset).is_fine:
        click.echo("the reasoner finds a contradiction: see 'cstokg reason'", err=True)
        return False
    return True
