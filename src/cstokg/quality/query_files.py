"""Files of SPARQL: queries that a module asks, and those with a head of comments, a field a line.

A field is `# title: …`.
"""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path
from string import Template
from typing import Final

from cstokg.errors import SourceError

_FIELD: Final = re.compile(r"#\s*([a-z]+):(?:\s+(.*))?$")


def read_query_file(
    path: Path,
    *,
    required: Collection[str],
    optional: Collection[str] = (),
    repeatable: Collection[str] = (),
) -> tuple[dict[str, str], str]:
    """Return the fields in the head of a `.rq` file, and the file's whole text.

    The values of a repeatable field are lines of one text.
    Raises SourceError, with the line, for a field that is missing, empty, unknown or given twice,
    and for a file without a query.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(path, f"is not UTF-8: byte {error.start} cannot be read") from error
    fields: dict[str, str] = {}
    known = (*required, *optional, *repeatable)
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            break
        field = _FIELD.match(line)
        if field is None:
            continue
        name, value = field[1], (field[2] or "").strip()
        if name not in known:
            hint = f"Known: {', '.join(known)}."
            raise SourceError(path, f"unknown field {name!r}", line=number, hint=hint)
        if not value:
            hint = "Leave the line out if there is nothing to say."
            raise SourceError(path, f"nothing after '# {name}:'", line=number, hint=hint)
        if name in fields and name not in repeatable:
            raise SourceError(path, f"the field {name!r} is given twice", line=number)
        fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    else:
        raise SourceError(path, "no query under the head")
    for name in required:
        if name not in fields:
            raise SourceError(path, f"no '# {name}:' in the head", line=1)
    return fields, text


@cache
def _template(path: Path) -> Template:
    return Template(path.read_text(encoding="utf-8").strip())


def read_query(module: str, name: str, **values: str) -> str:
    """Return the query in the file `name`.rq beside a module, which is given by its `__file__`.

    `values` stand in the places that are marked `$value`.
    """
    return _template(Path(module).with_name(f"{name}.rq")).substitute(values)
