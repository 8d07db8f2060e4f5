"""Requests to a SPARQL 1.1 server (SPARQL 1.1 Protocol), https://www.w3.org/TR/sparql11-protocol/.

With the standard library: a process has one request under way, so that there is no pool, and what
bounds a request is that its process can be killed.
"""

import threading
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final, NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPDigestAuthHandler,
    HTTPPasswordMgrWithDefaultRealm,
    Request,
    parse_http_list,
    parse_keqv_list,
)

from cstokg.errors import StoreUnavailableError

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
    """A whole answer."""

    status: int
    headers: Message
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
        reply = self._post(url, form, accept, keep=True)
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
        return self._post(self._endpoint.update, [("update", text)], "*/*", keep=False)

    def close(self) -> None:
        """Close the connection that this thread keeps."""
        kept: HTTPConnection | None = self._local.__dict__.pop("kept", None)
        if kept is not None:
            kept.close()

    def _post(self, url: str, form: Iterable[tuple[str, str]], accept: str, *, keep: bool) -> Reply:
        body = urlencode(list(form)).encode()
        reply = self._send(url, body, accept, keep=keep)
        challenge = reply.headers.get("WWW-Authenticate", "")
        # Only once a server asks for it is it sent a password, and in the way that it asks for.
        if reply.status == 401 and challenge and self._endpoint.user:
            self._local.challenge = challenge
            reply = self._send(url, body, accept, keep=keep)
        return reply

    def _send(self, url: str, body: bytes, accept: str, *, keep: bool) -> Reply:
        address = urlsplit(url)
        headers = {"Accept": accept, "Content-Type": _FORM, **self._authorization(url)}
        target = f"{address.path or '/'}{'?' if address.query else ''}{address.query}"
        kept = self._local.__dict__.pop("kept", None) if keep else None
        kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
        connection: HTTPConnection = kept or kind(address.netloc, timeout=self._seconds)
        try:
            connection.request("POST", target, body, headers)
            response = connection.getresponse()
            reply = Reply(response.status, response.headers, response.read())
        except (OSError, HTTPException) as error:
            connection.close()
            if kept is not None:  # the server may have closed it long ago
                return self._send(url, body, accept, keep=keep)
            raise StoreUnavailableError(url, str(error) or type(error).__name__) from error
        if keep and not response.will_close:
            self._local.kept = connection
        else:
            connection.close()
        return reply

    def _authorization(self, url: str) -> dict[str, str]:
        """Return the header that answers the server's challenge, if any (RFC 9110, 11.6)."""
        user, password = self._endpoint.user, self._endpoint.password
        scheme, _, parameters = self._local.__dict__.get("challenge", "").partition(" ")
        if password and not user:
            answer = f"Bearer {password}"
        elif scheme.lower() == "digest":
            passwords = HTTPPasswordMgrWithDefaultRealm()
            passwords.add_password(None, url, user, password)
            parts = parse_keqv_list(list(filter(None, parse_http_list(parameters))))
            request = Request(url, data=b"")  # noqa: S310 - it is only described, never sent
            answer = f"Digest {HTTPDigestAuthHandler(passwords).get_authorization(request, parts)}"
        elif scheme:
            answer = f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
        else:
            return {}
        return {"Authorization": answer}
