"""Requests to a SPARQL 1.1 server (SPARQL 1.1 Protocol), https://www.w3.org/TR/sparql11-protocol/.

With the standard library: a process has one request under way, so that there is no pool, and what
bounds a request is that its process can be killed.
"""

from __future__ import annotations

import threading
from base64 import b64encode
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from cstokg.errors import StoreUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from http.client import HTTPResponse

_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_REASON: Final = 200


@dataclass(frozen=True)
class Endpoint:
    """Where a server takes queries and updates, and as whom it is asked."""

    query: str
    update: str
    user: str = ""
    password: str = field(default="", repr=False)
    """The password of `user`, or where there is no user, a bearer token."""


class Reply(NamedTuple):
    """A whole answer: its status, what the server calls itself, its media type and content."""

    status: int
    server: str
    media_type: str
    content: bytes

    @property
    def reason(self) -> str:
        """The first line of the content, for messages."""
        return self.content.decode(errors="replace").strip().partition("\n")[0][:_LONGEST_REASON]


class Connection:
    """Sends requests to an endpoint; no reading or connecting may take longer than `seconds`.

    Each thread keeps a connection of its own, so that none is shared with a process that is forked.
    """

    def __init__(self, endpoint: Endpoint, seconds: float) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._local = threading.local()

    def query(self, form: Iterable[tuple[str, str]], accept: str) -> Reply:
        """Ask a query. A connection that the server has closed meanwhile is made anew, once.

        Raises StoreUnavailableError where there is no answer, and for any status but 200 and 400.
        """
        url = self._endpoint.query
        reply = self._post(url, form, accept, kept=True)
        if reply.status in (401, 403):
            problem = f"it refuses the credentials, with status {reply.status}"
            raise StoreUnavailableError(url, problem)
        if reply.status not in (200, 400):
            problem = f"it answers with status {reply.status}: {reply.reason}"
            raise StoreUnavailableError(url, problem)
        return reply

    def update(self, text: str) -> Reply:
        """Send an update, once: what became of it is to be asked where this fails.

        Raises StoreUnavailableError where there is no answer.
        """
        return self._post(self._endpoint.update, [("update", text)], "*/*", kept=False)

    def close(self) -> None:
        """Close what this thread has open."""
        while self._open():
            self._open().popitem()[1].close()

    def _open(self) -> dict[str, HTTPConnection]:
        found: dict[str, HTTPConnection] = self._local.__dict__.setdefault("open", {})
        return found

    def _post(self, url: str, form: Iterable[tuple[str, str]], accept: str, *, kept: bool) -> Reply:
        body = urlencode(list(form)).encode()
        challenge: str = self._local.__dict__.get("challenge", "")
        reply, challenge = self._send(url, body, accept, challenge, kept=kept)
        # Only once a server asks for it is it sent a password, and in the way that it asks for.
        if reply.status == 401 and challenge and self._endpoint.user:
            self._local.challenge = challenge
            reply, _ = self._send(url, body, accept, challenge, kept=kept)
        return reply

    def _send(
        self, url: str, body: bytes, accept: str, challenge: str, *, kept: bool
    ) -> tuple[Reply, str]:
        """Return the answer, and the challenge that came with it (RFC 9110, 11.6.1).

        `challenge` is that of an answer before.
        """
        address = urlsplit(url)
        headers = {"Accept": accept, "Content-Type": _FORM}
        if authorization := self._authorization(url, challenge):
            headers["Authorization"] = authorization
        target = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
        connection = self._open().pop(address.netloc, None) if kept else None
        while True:
            fresh = connection is None
            if connection is None:
                kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
                connection = kind(address.netloc, timeout=self._seconds)
            try:
                connection.request("POST", target, body, headers)
                response = connection.getresponse()
                reply = _read(response)
            except (OSError, HTTPException) as error:
                connection.close()
                connection = None
                if fresh:
                    raise StoreUnavailableError(url, str(error) or type(error).__name__) from error
                continue
            if response.will_close or not kept:
                connection.close()
            else:
                self._open()[address.netloc] = connection
            return reply, response.headers.get("WWW-Authenticate", "")

    def _authorization(self, url: str, challenge: str) -> str:
        user, password = self._endpoint.user, self._endpoint.password
        if not user:
            return f"Bearer {password}" if password else ""
        if not challenge:
            return ""
        scheme, _, parameters = challenge.partition(" ")
        if scheme.lower() != "digest":
            return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
        passwords = HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, url, user, password)
        parts = parse_keqv_list(list(filter(None, parse_http_list(parameters))))
        request = Request(url, data=b"")  # noqa: S310 - it is only described, never sent
        return f"Digest {HTTPDigestAuthHandler(passwords).get_authorization(request, parts)}"


def _read(response: HTTPResponse) -> Reply:
    media_type = response.headers.get_content_type()
    return Reply(response.status, response.headers.get("Server", ""), media_type, response.read())
