"""Start Apache Jena's query engine as a SPARQL server, for benchmarks and tests.

Debian (libapache-jena-java) has the engine and no Fuseki, so a program of ours serves it.
"""

from pathlib import Path
from typing import Final
from zipfile import ZipFile

JENA: Final = Path("/usr/share/java/jena-core.jar")
_PROGRAM: Final = Path(__file__).with_name("JenaServer.java")


def jena_command(folder: Path, port: int, *files: Path) -> list[str]:
    """Return the command that serves the graphs of RDF files at `/query` and `/update`.

    Into `folder` go texts that Jena wants beside its classes. The files are read before it listens.
    """
    # Debian has renamed the package of Jena's copy of Xerces, and not that of its messages.
    with ZipFile(JENA) as jar:
        for entry in jar.infolist():
            renamed = entry.filename.removeprefix("org/apache/jena/ext/")
            if entry.filename.endswith(".properties") and renamed != entry.filename:
                entry.filename = renamed
                jar.extract(entry, folder / "messages")
    classes = f"{folder / 'messages'}:{JENA.parent}/*"
    quick = "-Dsun.net.httpserver.nodelay=true"
    return ["java", quick, "-cp", classes, str(_PROGRAM), str(port), *map(str, files)]
