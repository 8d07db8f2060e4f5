"""The web server's connections to one engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cstokg.engine.protocol import ConnectionClosedError, Incoming

if TYPE_CHECKING:
    import socket
    from asyncio import AbstractEventLoop

    from cstokg.engine.protocol import Reply


class Listener(Protocol):
    """Whoever is told what comes over a line."""

    def heard(self, line: Line, reply: Reply) -> None:
        """Take the reply to the first job that there was none to yet."""

    def lost(self, line: Line, error: Exception) -> None:
        """Learn why the line was closed: ConnectionClosedError has the engine's last words."""


class Line:
    """One engine as an event loop sees it: its place, its version, and the connections to it.

    Jobs and answers go over `talk`. Nothing goes over `leash`: the kernel kills the engine when it
    ends, whatever the engine is at. All methods are for the thread of `loop`.
    """

    def __init__(
        self,
        loop: AbstractEventLoop,
        listener: Listener,
        place: int,
        version: int,
        talk: socket.socket,
        leash: socket.socket,
    ) -> None:
        self.place = place
        self.version = version
        self._loop = loop
        self._listener = listener
        self._talk = talk
        self._leash = leash
        self._incoming = Incoming()
        self._unsent = bytearray()
        talk.setblocking(False)
        loop.add_reader(talk, self.read)

    def send(self, job: bytes) -> None:
        """Send a job, as `protocol.pack` writes it; the listener is told what comes of it."""
        if self._unsent:
            self._unsent += job
            return
        sent = self._send(job)
        if sent < len(job):
            self._unsent += memoryview(job)[sent:]
            self._loop.add_writer(self._talk, self._send_rest)

    def close(self) -> None:
        """End the connections, and so the engine, of which nothing more is heard."""
        self._loop.remove_writer(self._talk)
        self._loop.remove_reader(self._talk)
        self._talk.close()
        self._leash.close()
        self._incoming.ahead = b""

    def _send(self, content: bytes | bytearray) -> int:
        """Send what there is room for; return how much that was."""
        try:
            return self._talk.send(content)
        except BlockingIOError:
            return 0
        except OSError:  # the engine has ended: reading tells, with its last words
            return len(content)

    def _send_rest(self) -> None:
        del self._unsent[: self._send(self._unsent)]
        if not self._unsent:
            self._loop.remove_writer(self._talk)

    def read(self) -> bool:
        """Read what has come; return whether the listener was told anything."""
        told = self._read()
        while self._incoming.ahead:
            self._read()
        return told

    def _read(self) -> bool:
        try:
            reply = self._incoming.read(self._talk)
        except BlockingIOError:
            return False
        except ConnectionResetError:
            self._lose(ConnectionClosedError(bytes(self._incoming.begun)))
        # What is no message is a fault; whoever waits for one must learn of it all the same.
        except Exception as error:  # noqa: BLE001 - raised where it is waited for
            self._lose(error)
        else:
            if reply is None:
                return False
            self._listener.heard(self, reply)
        return True

    def _lose(self, error: Exception) -> None:
        self.close()
        self._listener.lost(self, error)
