"""An event loop for tests whose own thread may have one (Playwright) or wants none."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any, TypeVar

R = TypeVar("R")


@contextmanager
def running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Run an event loop in a thread as long as the context."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    try:
        yield loop
    finally:
        asyncio.run_coroutine_threadsafe(loop.shutdown_default_executor(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def run_async(coroutine: Coroutine[Any, Any, R]) -> R:
    """Return what a coroutine returns."""
    with running_loop() as loop:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result()
