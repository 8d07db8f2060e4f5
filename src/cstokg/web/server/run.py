"""The application under a production server (granian), in one or more processes.

It must not know the command line: it takes what it needs, and raises PortTakenError.
"""

import gc
import multiprocessing
import socket
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.synchronize import Lock as SynchronizedLock
from typing import Any, Final

from cstokg.errors import CstokgError, PortTakenError
from cstokg.web.server.adapter import Application

_CONNECTIONS: Final = 8192
"""How many connections are open at once; one that is idle costs little."""

_HEAD_TIMEOUT: Final = 10_000
"""Milliseconds that a client may take to send the head of a request."""

_STOP_TIMEOUT: Final = 2
"""Seconds that a request under way gets to end when the server is stopped."""

_SWITCH_INTERVAL: Final = 0.0005
"""Seconds after which a thread that makes a page lets the event loop have its turn, which waits for
one more than once in each request. The usual 0.005 are longer than most queries take."""

_GC_THRESHOLD: Final = 20_000
"""How many new objects make it worth while to look for those that only hold each other. A query
leaves some hundreds, none of which do."""

# The server's own words go to the log of the program, as lines of JSON.
_LOGGING: Final[dict[str, Any]] = {"handlers": {}, "loggers": {"_granian": {}}}


def choose_port(host: str, port: int) -> int:
    """Return `port`, or a free one for 0. Raises PortTakenError, or CstokgError for a bad host."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself will: a connection of its predecessor that lingers is no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise CstokgError(
                f"port {port} is reserved for the system", hint="Choose one above 1023."
            ) from error
        except socket.gaierror as error:
            raise CstokgError(
                f"no such host: {host}", hint="127.0.0.1 is this computer."
            ) from error
        except OSError as error:
            free = "--port 0 takes any free port."
            raise PortTakenError(host, port, hint=f"Choose another; {free}") from error
        chosen: int = probe.getsockname()[1]
        return chosen


def serve_application(
    make: Callable[[], Application], host: str, port: int, greeting: str, *, processes: int = 1
) -> None:
    """Make an application and serve it, in `processes`, until this process is told to stop.

    `greeting` is printed once it answers. `make` must be picklable: where processes are spawned
    rather than forked, the worker makes an application of its own.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.http import HTTP1Settings
    from granian.log import LogLevels

    class Server(Granian):  # type: ignore[misc, valid-type]  # a class chosen at run time
        def signal_handler_interrupt(self, *arguments: Any, **named: Any) -> None:
            # Its lock is not to be taken twice: a second signal within the first one's handler,
            # as when a whole group of processes is stopped, would wait for ever.
            if not self.interrupt_signal:
                super().signal_handler_interrupt(*arguments, **named)

    loader = _Loader(make, host, port, greeting, multiprocessing.Lock())
    Server(
        "cstokg",  # only a name: the loader hands the application over
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=processes,
        backpressure=_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEAD_TIMEOUT),
        websockets=False,
        log_level=LogLevels.error,
        log_dictconfig=_LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=_STOP_TIMEOUT,
    ).serve(target_loader=loader, wrap_loader=False)


class _Loader:
    """Hands the application to each process; the first that answers prints the greeting."""

    def __init__(
        self,
        make: Callable[[], Application],
        host: str,
        port: int,
        greeting: str,
        greets: SynchronizedLock,
    ) -> None:
        self._arguments = (make, host, port, greeting, greets)
        self._app = make()

    def __call__(self) -> Application:
        sys.setswitchinterval(_SWITCH_INTERVAL)
        gc.freeze()
        gc.set_threshold(_GC_THRESHOLD)
        _, host, port, greeting, greets = self._arguments
        if greets.acquire(block=False):
            # Before it listens: hence a thread that waits until it does.
            threading.Thread(target=_greet, args=(host, port, greeting), daemon=True).start()
        return self._app

    def __reduce__(self) -> tuple[Any, ...]:
        return _Loader, self._arguments


def _greet(host: str, port: int, greeting: str) -> None:
    # A server that listens at every address of this computer is asked at its own.
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    for _ in range(500):
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            sys.stdout.write(f"{greeting}\n")
            sys.stdout.flush()
            return
