"""A graph that comes as the content of a request, or as the files of a form."""

from typing import Final

from flask import Request, Response, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from cstokg.formats import formats_for, formats_named

ACCEPT_POST: Final = ", ".join(row.media_type for row in formats_for("graph"))
"""The header that says in which formats a graph may come."""

_MOST_FILES: Final = 1000
FILES: Final = "multipart/form-data"

_ACCEPTED: Final = {each for row in formats_for("graph") for each in row.media_types}


def check_coding(asked: Request, what: str) -> None:
    """Raise UnsupportedMediaType for content that is compressed or not in UTF-8."""
    if asked.content_encoding:
        raise UnsupportedMediaType(f"{what} is sent as it is, without Content-Encoding.")
    if asked.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(f"{what} is sent in UTF-8.")


def accept_graphs(response: Response) -> Response:
    """Say in the header Accept-Post in which formats a graph may come."""
    response.headers["Accept-Post"] = ACCEPT_POST
    return response


def read_graph() -> tuple[bytes, str]:
    """Return the content of the request, and its media type. Raises UnsupportedMediaType."""
    check_coding(request, "A graph")
    if request.mimetype not in _ACCEPTED:
        raise UnsupportedMediaType(
            f"A graph is sent as {ACCEPT_POST}, not {request.mimetype or 'without Content-Type'}."
        )
    return request.get_data(), request.mimetype


def read_files() -> list[tuple[bytes, str]]:
    """Return the content and media type of each file of the form that the request has.

    Raises BadRequest for what is no form, RequestEntityTooLarge and UnsupportedMediaType.
    """
    check_coding(request, "A form")
    boundary = request.mimetype_params.get("boundary", "")
    if not boundary:
        raise BadRequest("The form has no boundary in its Content-Type.")
    decoder = MultipartDecoder(boundary.encode(), max_parts=_MOST_FILES)
    decoder.receive_data(request.get_data())
    decoder.receive_data(None)
    files: list[tuple[bytes, str]] = []
    try:
        while not isinstance(event := decoder.next_event(), NeedData | Epilogue):
            if isinstance(event, Field | File):
                files.append((b"", _media_type(event)))
            elif isinstance(event, Data):
                content, media_type = files.pop()
                files.append((content + event.data, media_type))
    except ValueError as error:
        raise BadRequest(f"The form cannot be read: {error}") from None
    if not files:
        raise BadRequest("There is no file in the form.")
    return files


def _media_type(part: Field | File) -> str:
    """Return the media type of a part of a form: what it says, else that of its file's extension.

    Raises UnsupportedMediaType.
    """
    said, options = parse_options_header(part.headers.get("content-type", "text/plain"))
    file_name = getattr(part, "filename", None) or ""
    # What a client sends that does not know the file's format.
    if said in ("text/plain", "application/octet-stream") and "." in file_name:
        rows = formats_named(file_name.rpartition(".")[2])
        said = next((row.media_type for row in rows if "graph" in row.kinds), said)
    if said not in _ACCEPTED or options.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise UnsupportedMediaType(
            f"Each part is a graph in UTF-8, as {ACCEPT_POST}; {part.name!r} is {said}."
        )
    return said
