"""The address under which others see this server, where it is not the one it listens at.

Behind a proxy the server sees the proxy's request, not the reader's. What the proxy says of that
(X-Forwarded-*) anybody can say, so it is not believed: `--base-url` names the address once and for
all. Without it, addresses come from the request itself, its SCRIPT_NAME included.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cstokg.errors import BaseUrlError

_HOST: Final = re.compile(
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d+)?"
)
_PATH: Final = re.compile(r"(?:/[A-Za-z0-9._~%!$&'()*+,;=:@-]+)*")


@dataclass(frozen=True)
class BaseUrl:
    """The address that all addresses of this server begin with.

    `prefix` is the path above the pages, decoded, without a slash at its end; mostly empty.
    """

    scheme: str
    host: str
    prefix: str


def parse_base_url(text: str) -> BaseUrl:
    """Return what `text` (`https://example.org/graph`) says. Raises BaseUrlError."""
    try:
        parts = urlsplit(text.strip())
    except ValueError as error:
        raise BaseUrlError(text, str(error)) from error
    path = parts.path.rstrip("/")
    if parts.scheme not in ("http", "https"):
        raise BaseUrlError(text, "it must begin with http:// or https://")
    if not _HOST.fullmatch(parts.netloc):
        raise BaseUrlError(text, "it names no host, or more than a host and a port")
    if parts.query or parts.fragment:
        raise BaseUrlError(text, "it has a query or a fragment")
    if not _PATH.fullmatch(path) or {".", ".."} & set(path.split("/")):
        raise BaseUrlError(text, f"{path!r} is not the path of a folder")
    return BaseUrl(parts.scheme, parts.netloc, unquote(path))


def seen_at(base: BaseUrl, app: WSGIApplication) -> WSGIApplication:
    """Return `app` as it answers when its requests seem sent to the base address (PEP 3333).

    A proxy may pass the path on with or without the prefix.
    """
    # PEP 3333: paths are bytes in the guise of Latin-1.
    prefix = base.prefix.encode().decode("latin-1")

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if prefix and f"{path}/".startswith(f"{prefix}/"):
            path = path[len(prefix) :]
        environ |= {
            "wsgi.url_scheme": base.scheme,
            "HTTP_HOST": base.host,
            "SCRIPT_NAME": prefix,
            "PATH_INFO": path or "/",
        }
        return app(environ, start)

    return answer
