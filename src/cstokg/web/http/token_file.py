"""Bearer tokens of the clients that may write (RFC 6750): a file of their names and hashes.

A token is 256 random bits, so that a plain SHA-256 of it cannot be turned back; the token itself
is shown once, when it is made, and kept nowhere. This module knows nothing of HTTP.
"""

import hmac
import json
import logging
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from cstokg.errors import TokenError
from cstokg.store.atomic_file import write_whole

log = logging.getLogger(__name__)

_PREFIX: Final = "cstokg_"
"""What a token begins with, so that one that leaked is found by searching for it."""

_NAME: Final = re.compile(r"[\w.@-]{1,64}")


@dataclass(frozen=True)
class Token:
    """What is kept of a token: what it is called, its hash, and the day it was made."""

    name: str
    sha256: str
    created: str


class TokenFile:
    """The tokens in a file, read anew when the file has changed; any thread may ask."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = Lock()
        self._seen: tuple[int, int, int] | None = None
        self._tokens: tuple[Token, ...] = ()

    def read(self) -> tuple[Token, ...]:
        """Return the tokens, by name; none where there is no file. Raises TokenError."""
        try:
            entries = json.loads(self.path.read_bytes())["tokens"]
            return tuple(Token(**each) for each in entries)
        except FileNotFoundError:
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise TokenError(
                f"the file of tokens {self.path} cannot be read: {error}",
                hint="Name another with --tokens, or remove it and make the tokens again.",
            ) from error

    def make(self, name: str) -> str:
        """Make a token called `name` and return it. Raises TokenError, and OSError."""
        if not _NAME.fullmatch(name):
            raise TokenError(
                f"{name!r} cannot be the name of a token",
                hint="A name has up to 64 letters, digits, '.', '_', '-' and '@'.",
            )
        tokens = self.read()
        if any(each.name == name for each in tokens):
            raise TokenError(
                f"there is a token {name!r} already",
                hint=f"Choose another name, or first: cstokg token revoke {name}",
            )
        secret = _PREFIX + secrets.token_urlsafe(32)
        day = datetime.now(UTC).date().isoformat()
        self._write((*tokens, Token(name, _hash(secret), day)))
        return secret

    def revoke(self, name: str) -> None:
        """Forget the token called `name`. Raises TokenError where there is none, and OSError."""
        tokens = self.read()
        kept = [each for each in tokens if each.name != name]
        if len(kept) == len(tokens):
            names = ", ".join(each.name for each in tokens) or "none"
            raise TokenError(f"there is no token {name!r}; there are: {names}")
        self._write(kept)

    def holder(self, secret: str) -> str | None:
        """Return the name of the token `secret`, None if it is none, or is no more.

        A file that cannot be read has no tokens: nobody may write then.
        """
        given, found = _hash(secret), None
        for token in self._present():
            # Each is compared, and in constant time: how long it takes reveals nothing of any.
            if hmac.compare_digest(token.sha256, given):
                found = token.name
        return found

    def _present(self) -> tuple[Token, ...]:
        try:
            status = self.path.stat()
            seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        except OSError:
            seen = None
        with self._lock:
            if seen is None or seen != self._seen:
                try:
                    self._tokens = self.read()
                except TokenError as error:
                    log.error("nobody may write: %s", error.message)  # noqa: TRY400
                    self._tokens = ()
                self._seen = seen
            return self._tokens

    def _write(self, tokens: tuple[Token, ...] | list[Token]) -> None:
        entries = [asdict(each) for each in sorted(tokens, key=lambda each: each.name)]
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = json.dumps({"tokens": entries}, indent=2) + "\n"
        write_whole(self.path, text.encode(), mode=0o600)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
