"""A real server and a real browser. Where there is no Chromium, these tests are skipped."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request
from tests.processes import DEADLINE

CHROMIUM = os.environ.get("CSTOKG_CHROMIUM") or shutil.which("chromium")

# Nothing but what a test asks for: no update, no look for a better network.
OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; CSTOKG_CHROMIUM may name one")
    from playwright.sync_api import sync_playwright

    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS) as browser,
    ):
        yield browser


@pytest.fixture(scope="session")
def serve(
    browser: Browser,  # noqa: ARG001 - without one, there is no use in a server
    cache: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., str]]:
    """Start a server for a project (by default this one) and return its address."""
    with ExitStack() as running:

        def start(*options: str) -> str:
            log = tmp_path_factory.mktemp("log") / "stderr"
            command = [sys.executable, "-m", "cstokg", *options, "serve", "--port", "0"]
            with log.open("w") as stderr:
                process = subprocess.Popen(
                    command,
                    stdout=subprocess.PIPE,
                    stderr=stderr,
                    text=True,
                    env={
                        **os.environ,
                        "CSTOKG_CACHE": str(cache),
                        "CSTOKG_TIMEOUT": str(DEADLINE),  # a machine may be slow
                    },
                )
            running.callback(stop, process)
            assert process.stdout is not None
            address = re.search(r"http://\S+?(?=/ )", process.stdout.readline())
            assert address is not None, log.read_text()
            return address.group()

        yield start


def stop(process: subprocess.Popen[str]) -> None:
    """End a server, by force where it does not end by itself: nothing is left behind."""
    process.terminate()
    try:
        process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise


@pytest.fixture(scope="session")
def site(serve: Callable[..., str]) -> str:
    """The address of this project's own site."""
    return serve()


@pytest.fixture(scope="session")
def small_site(serve: Callable[..., str], small_project: Path) -> str:
    """The address of a site on the small project, in which a label is a script."""
    return serve("--project", str(small_project))


@dataclass
class Visit:
    """One reader's window, and what went wrong in it."""

    page: Page
    address: str
    troubles: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._noted: dict[str, Callable[[Any], None]] = {
            "pageerror": lambda error: self.troubles.append(str(error)),
            "console": self._note_message,
            "request": self._note_request,
            "dialog": self._note_dialog,
        }
        for event, note in self._noted.items():
            self.page.on(event, note)  # type: ignore[call-overload]

    def leave(self) -> None:
        """Leave the window to the next reader as it was."""
        self.page.goto("about:blank")
        for event, note in self._noted.items():
            self.page.remove_listener(event, note)
        self.page.unroute_all()
        self.page.context.clear_permissions()
        session = self.page.context.new_cdp_session(self.page)
        session.send(
            "Storage.clearDataForOrigin", {"origin": self.address, "storageTypes": "local_storage"}
        )
        session.detach()

    def _note_dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _note_message(self, message: ConsoleMessage) -> None:
        # That an answer has a status of an error is what some tests are about.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.troubles.append(message.text)

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requested.append(request.url)

    def go(self, path: str, **parameters: str) -> Page:
        self.requested.clear()
        query = f"?{urlencode(parameters)}" if parameters else ""
        self.page.goto(f"{self.address}{path}{query}")
        return self.page

    def faults(self) -> list[str]:
        """Return what failed since the last call, and what was asked of another host."""
        faults, self.troubles = self.troubles, []
        others = [url for url in self.requested if not url.startswith(self.address)]
        return [*faults, *others, *([] if self.requested else ["nothing was asked for"])]

    def check(self) -> None:
        """Nothing failed, and nothing was asked of another host."""
        assert not self.faults()


@pytest.fixture(scope="session")
def windows() -> dict[bool, list[Page]]:
    """The windows without a reader, by whether they run scripts.

    To open one costs four times as much as a page in it, and a new one has read no script before.
    """
    return {True: [], False: []}


@pytest.fixture
def visit(
    browser: Browser, windows: dict[bool, list[Page]], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Visit]]:
    """Take a window: `visit(width=375, dark=True, scripts=False, address=…)`."""
    taken: list[tuple[bool, Visit]] = []

    def take_window(
        *, address: str = "", width: int = 1440, dark: bool = False, scripts: bool = True
    ) -> Visit:
        if not windows[scripts]:
            context = browser.new_context(java_script_enabled=scripts)
            context.set_default_timeout(DEADLINE * 1000)
            windows[scripts].append(context.new_page())
        page = windows[scripts].pop()
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme="dark" if dark else "light")
        taken.append((scripts, Visit(page, address or request.getfixturevalue("site"))))
        return taken[-1][1]

    yield take_window
    for scripts, window in taken:
        window.leave()
        windows[scripts].append(window.page)
