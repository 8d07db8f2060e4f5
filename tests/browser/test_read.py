"""A source read with a copy of one's own: its words on every page, and nowhere else."""

import re
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Visit
from tests.browser.test_pages import TOO_WIDE, findings

from cstokg.quality.segmentation import passages_turtle, split_sentences
from cstokg.web.pages.passages import SCRIPT
from cstokg.web.protocol.editor import is_built

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not is_built(SCRIPT), reason="the scripts are not built (CSTOKG_NO_FRONTEND)"
    ),
]

SECOND = "/read/second-2026"
STATUS = "[data-part=status]"
FILE = "[data-part=file]"
OPEN = "Your copy is open"
WORDS = ".words"


@pytest.fixture(scope="module")
def text(second_article_path: Path) -> str:
    """The invented article with three characters of two UTF-16 units in its first sentence."""
    return second_article_path.read_text("utf-8").replace(" ", " 𝄞😀𐤀 ", 1)


@pytest.fixture(scope="module")
def sentences(text: str) -> list[str]:
    return [text[each.start : each.end] for each in split_sentences(text)]


@pytest.fixture(scope="module")
def second(
    two_sources: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve: Callable[..., str],
    text: str,
) -> str:
    """The address of a site on both sources, the second with that text."""
    project = tmp_path_factory.mktemp("second") / "project"
    shutil.copytree(two_sources, project)
    folder = project / "data" / "second-2026"
    passages = passages_turtle(split_sentences(text), "second-2026")
    (folder / "passages.ttl").write_text(passages, "utf-8")
    source = folder / "source.ttl"
    digest = sha256(text.encode()).hexdigest()
    said = re.sub(r'(ckg:sha256 )"\w+"', rf'\1"{digest}"', source.read_text("utf-8"))
    source.write_text(said, "utf-8")
    return serve("--project", str(project))


@pytest.fixture
def window(visit: Callable[..., Visit], second: str) -> Visit:
    made = visit(address=second)
    made.go(SECOND)
    return made


def give(page: Page, content: str | bytes, name: str = "copy.txt") -> str:
    """Open a file and return what the page says of it."""
    data = content.encode() if isinstance(content, str) else content
    page.locator(STATUS).evaluate("each => { each.textContent = '' }")
    page.set_input_files(FILE, {"name": name, "mimeType": "text/plain", "buffer": data})
    return said(page)


def said(page: Page) -> str:
    """Return what the page says when it has looked at a text."""
    # Not `wait_for_function`, which the policy of the page forbids.
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^(?!Checking).+"), timeout=10_000)
    return page.locator(STATUS).inner_text()


def shown(page: Page, scope: str) -> list[str]:
    return page.locator(f"{scope} {WORDS}").all_text_contents()


def test_the_words_are_shown_whatever_stands_before_them(
    window: Visit, text: str, sentences: list[str]
) -> None:
    assert give(window.page, text).startswith(OPEN)
    assert shown(window.page, ".reading") == sentences
    assert shown(window.page, ".resting") == sentences
    window.check()


def test_they_are_on_other_pages_too_and_after_a_reload(
    window: Visit, text: str, sentences: list[str]
) -> None:
    give(window.page, text)
    window.page.locator(".resting li a[href^='/page/']").first.click()
    window.page.wait_for_selector(WORDS)
    assert set(shown(window.page, "main")) <= set(sentences)
    passage = "/page/passage/second-2026-p03-s1"
    # Twice: the browser has the page then, and is told so (304).
    for path in ("/claims?source=second-2026", passage, passage, SECOND, SECOND):
        page = window.go(path)
        page.wait_for_selector(WORDS)
        assert set(shown(page, "main")) <= set(sentences), path
    # Of a source without a copy no words are shown.
    page = window.go("/page/passage/scepanovic-2024-p07-s1")
    page.wait_for_load_state("networkidle")
    assert not shown(page, "main")
    window.check()


def test_they_are_there_again_where_another_answer_takes_the_place_of_a_page(
    window: Visit, text: str, sentences: list[str]
) -> None:
    give(window.page, text)
    page = window.go("/as-of?day=1990-01-01&source=second-2026")
    page.wait_for_selector(WORDS)
    before = set(shown(page, "table"))
    page.get_by_role("slider").press("ArrowRight")
    page.wait_for_url(lambda url: "day=1990-01-01" not in url)
    page.wait_for_selector(WORDS)
    assert set(shown(page, "table")) == before <= set(sentences)
    window.check()


def test_nothing_is_sent_and_the_policy_would_not_let_it(window: Visit, text: str) -> None:
    window.page.wait_for_load_state("networkidle")
    window.requested.clear()
    give(window.page, text)
    window.page.wait_for_timeout(300)
    assert window.requested == []
    refused = window.page.evaluate("fetch('/').then(() => 'sent', error => error.name)")
    assert refused == "TypeError"
    methods: set[str] = set()
    window.page.on("request", lambda request: methods.add(request.method))
    window.go("/claims?source=second-2026").wait_for_selector(WORDS)
    assert methods == {"GET"}
    assert not [url for url in window.requested if not url.startswith(window.address)]


def test_another_text_is_refused_and_not_kept(
    window: Visit, text: str, sentences: list[str]
) -> None:
    message = give(window.page, "Another text.\n")
    assert "This is not the text" in message
    assert sha256(b"Another text.\n").hexdigest() in message
    assert sha256(text.encode()).hexdigest() in message
    assert f"0 of {len(sentences)} sentences" in message
    assert "cstokg check-source" in message
    assert not shown(window.page, "main")
    assert window.page.evaluate("localStorage.length") == 0
    edited = give(window.page, text.replace(".\n", "!\n", 1))
    assert f"{len(sentences) - 1} of {len(sentences)} sentences" in edited
    assert "is not plain text in UTF-8" in give(window.page, text.encode("utf-16"))
    assert window.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: f"\ufeff{text.strip()}\r\n\r\n",
        lambda text: text.rstrip("\n"),
        lambda text: text.replace(". ", ".\u00a0"),
    ],
    ids=["bom", "crlf", "cr", "bom-and-lines", "no-line-end", "between-sentences"],
)
def test_what_editors_do_to_a_text_is_undone_and_said(
    window: Visit, text: str, sentences: list[str], change: Callable[[str], str]
) -> None:
    message = give(window.page, change(text))
    assert message.startswith(OPEN)
    expect(window.page.locator(STATUS)).to_contain_text("which does no harm", timeout=10_000)
    assert shown(window.page, ".reading") == sentences


def test_a_text_can_be_dropped_and_pasted(window: Visit, text: str) -> None:
    page = window.page
    event = """([kind, text]) => {
      const data = new DataTransfer();
      if (kind === 'drop') data.items.add(new File([text], 'copy.txt', {type: 'text/plain'}));
      else data.setData('text/plain', text);
      const options = {bubbles: true, cancelable: true, dataTransfer: data, clipboardData: data};
      const Made = kind === 'drop' ? DragEvent : ClipboardEvent;
      document.body.dispatchEvent(new Made(kind, options));
    }"""
    for kind in ("drop", "paste"):
        page.evaluate(event, [kind, text])
        assert said(page).startswith(OPEN), kind
        page.click("[data-part=forget]")
        assert not shown(page, "main")
    window.check()


def test_a_copy_is_forgotten(window: Visit, text: str) -> None:
    page = window.page
    give(page, text)
    page.click("[data-part=forget]")
    assert "is forgotten" in page.locator(STATUS).inner_text()
    assert not shown(page, "main")
    assert page.evaluate("localStorage.length") == 0
    assert page.evaluate("document.activeElement.matches('[data-part=file]')")
    window.go(SECOND).wait_for_load_state("networkidle")
    assert not shown(page, "main")
    assert not page.locator("[data-part=forget]").is_visible()


def test_words_whose_hash_is_another_are_not_shown(
    window: Visit, text: str, sentences: list[str]
) -> None:
    """As when the source was changed after the copy had been opened."""
    changed = text.replace(".\n", "!\n", 1)
    window.page.evaluate("text => localStorage.setItem('cstokg:copy:second-2026', text)", changed)
    page = window.go(SECOND)
    assert f"has the words of {len(sentences) - 1} of {len(sentences)} sentences" in said(page)
    assert len(shown(page, ".reading")) == len(sentences) - 1
    assert page.locator("[data-part=forget]").is_visible()


def test_without_a_script_there_are_cells_and_what_rests_on_them(
    visit: Callable[..., Visit], second: str
) -> None:
    page = visit(address=second, scripts=False).go(SECOND)
    assert not page.locator(FILE).is_visible()
    assert "cstokg check-source FILE" in page.locator("#copy").inner_text()
    page.locator(".reading a").nth(3).click()
    target = page.locator(".resting:target")
    assert target.is_visible()
    assert target.locator("li a").count() > 0


@pytest.mark.parametrize("width", [375, 1440])
def test_a_page_with_words_fits_and_is_open_to_everybody(
    visit: Callable[..., Visit], second: str, text: str, width: int
) -> None:
    window = visit(address=second, width=width, dark=width == 375)
    page = window.go(SECOND)
    give(page, text)
    for path in (SECOND, "/claims?source=second-2026", "/timeline?source=second-2026"):
        window.go(path).wait_for_selector(WORDS)
        assert page.evaluate(TOO_WIDE) == []
        assert findings(page) == []
        window.check()


@pytest.mark.needs_source
def test_the_article_is_read_with_a_copy(visit: Callable[..., Visit], article_path: Path) -> None:
    window = visit()
    page = window.go("/read/scepanovic-2024")
    assert give(page, article_path.read_bytes()).startswith(OPEN)
    assert page.locator(f".reading {WORDS}").count() == 96
    page = window.go("/page/event/armenia-freeze-of-csto-participation")
    page.wait_for_selector(WORDS)
    (words,) = shown(page, "main")
    assert sha256(words.encode()).hexdigest().startswith("f39dbecf")
    window.check()
