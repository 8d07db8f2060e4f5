"""The whole site behind a real nginx, under a sub-path."""

import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from tests.processes import listens, wait_until
from tests.web.conftest import Answer, Client, Start
from tests.web.pages.test_pages import References

pytestmark = pytest.mark.slow

PREFIX = "/linked/data"
PATHS = "/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin"
SITE = Path(__file__).parents[3] / "deploy" / "nginx.conf"
CONFIGURATION = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location {prefix}/ {{ proxy_pass http://{server}{passed_on}; }}
  }}
}}
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def behind(start_server: Start) -> Iterator[tuple[Client, int]]:
    """A server that is seen at a port of nginx, and that port."""
    port = free_port()
    server = start_server(CSTOKG_BASE_URL=f"http://127.0.0.1:{port}{PREFIX}")
    yield server.client, port
    server.stop()


# With a path in proxy_pass, nginx takes the prefix off; without one, it leaves it.
@pytest.fixture(scope="module", params=["/", ""], ids=["prefix-taken-off", "prefix-left"])
def proxied(
    request: pytest.FixtureRequest,
    behind: tuple[Client, int],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    nginx = shutil.which("nginx", path=PATHS)
    if nginx is None:
        pytest.skip("nginx is not installed")
    folder, (client, port) = tmp_path_factory.mktemp("nginx"), behind
    configuration = folder / "nginx.conf"
    configuration.write_text(
        CONFIGURATION.format(
            folder=folder,
            port=port,
            prefix=PREFIX,
            server=urlsplit(client.address).netloc,
            passed_on=request.param,
        )
    )
    process = subprocess.Popen(
        [nginx, "-p", str(folder), "-c", str(configuration)], stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: listens(port), "nginx")
        yield Client(f"http://127.0.0.1:{port}", client.log)
    finally:
        process.terminate()
        process.wait(timeout=60)


def test_the_site_that_is_handed_out_hides_the_numbers(start_server: Start, tmp_path: Path) -> None:
    nginx = shutil.which("nginx", path=PATHS)
    if nginx is None:
        pytest.skip("nginx is not installed")
    port, server = free_port(), start_server()
    site = SITE.read_text(encoding="utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
    site = site.replace("127.0.0.1:8080", urlsplit(server.client.address).netloc)
    # A client that is not this machine.
    site = site.replace("allow 127.0.0.1;", "allow 192.0.2.1;")
    before, _, _ = CONFIGURATION.format(
        folder=tmp_path, port=0, prefix="", server="", passed_on=""
    ).partition("server {")
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(f"{before}{site}}}", encoding="utf-8")
    process = subprocess.Popen([nginx, "-p", str(tmp_path), "-c", str(configuration)])
    try:
        wait_until(lambda: listens(port), "nginx")
        client = Client(f"http://127.0.0.1:{port}", server.client.log)
        assert client.page("/sparql?query=ASK%20%7B%7D").status == 200
        assert client.page("/metrics").status == 403
    finally:
        process.terminate()
        process.wait(timeout=60)
        server.stop()


def follow(client: Client, path: str) -> Answer:
    """Ask for a page as a browser does, that is, along redirects."""
    answer = client.page(path)
    for _ in range(3):
        if answer.status not in (301, 302, 303, 307, 308):
            break
        path = urljoin(client.address + path, answer.headers["location"])
        assert path.startswith(f"{client.address}{PREFIX}/"), path
        answer = client.page(path.removeprefix(client.address))
    return answer


def test_every_link_of_every_page_stays_under_the_base_and_answers(proxied: Client) -> None:
    waiting = [f"{PREFIX}/", f"{PREFIX}/page/organization/pact"]
    seen, kinds = set(waiting), set[tuple[str, ...]]()
    while waiting:
        path = waiting.pop()
        answer = follow(proxied, path)
        assert answer.status == 200, path
        if answer.media_type != "text/html" or "/sparql?" in path or "?" in path:
            continue
        page = References(answer.text)
        for link in (*page.links, *page.loaded):
            address = urljoin(proxied.address + path, link)
            if urlsplit(address).netloc != urlsplit(proxied.address).netloc:
                assert not link.startswith(("/", "."))
                continue
            local = address.removeprefix(proxied.address).partition("#")[0]
            assert local.startswith((f"{PREFIX}/", f"{PREFIX}?")) or local == PREFIX, (path, link)
            if local not in seen:
                seen.add(local)
                where, _, query = local.partition("?")
                # One of a kind is enough: of things, of formats, of pages with parameters.
                kind = (*where.split("/")[3:5], *where.split(".")[1:])
                kind += tuple(sorted(re.findall("([^=&]+)=", query)))
                if kind not in kinds:
                    kinds.add(kind)
                    waiting.append(local)
    ends = {path.removeprefix(PREFIX).partition("?")[0] for path in seen}
    assert {"/", "/sparql", "/static/style.css", "/page/state/alda"} <= ends
    assert "/data/state/alda.ttl" in ends


def test_an_iri_leads_to_its_document_under_the_base(proxied: Client) -> None:
    answer = proxied.send("GET", f"{PREFIX}/id/state/alda", {"Accept": "text/turtle"})
    assert answer.status == 303
    where = urljoin(f"{proxied.address}{PREFIX}/id/state/alda", answer.headers["location"])
    assert where == f"{proxied.address}{PREFIX}/data/state/alda.ttl"
    data = proxied.send("GET", where.removeprefix(proxied.address))
    assert (data.status, data.media_type) == (200, "text/turtle")
    assert f'<{where}>; rel="canonical"' in data.headers["link"]
    assert f"{proxied.address}{PREFIX}/data/state/alda" in data.text


def test_the_endpoint_says_where_it_is(proxied: Client) -> None:
    answer = proxied.send("GET", f"{PREFIX}/sparql", {"Accept": "application/n-triples"})
    assert f"<{proxied.address}{PREFIX}/sparql>" in answer.text
    assert urlsplit(proxied.address).netloc in answer.text
    rows = proxied.send("GET", f"{PREFIX}/sparql?query=ASK%20%7B%7D", {})
    assert rows.json()["boolean"] is True
