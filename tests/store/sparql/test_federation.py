import pytest
from tests.web.protocol.test_egress import SERVICES

from cstokg.errors import QueryError
from cstokg.store.sparql.federation import refuse_other_services

HOSTS = ("example.org", "127.0.0.1:8080", "[::1]")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/sparql",
        "https://EXAMPLE.org:444/x?y=z",
        "http://127.0.0.1:8080/sparql",
        "http://[::1]:1/",
        "http://example.org",
    ],
)
@pytest.mark.parametrize("silent", ["", "SILENT ", "\n# why\nsilent "])
def test_a_named_host_may_be_asked(address: str, silent: str) -> None:
    query = f"SELECT * {{ ?a ?b ?c . {{ service {silent}<{address}> {{ ?s ?p ?o }} }} }}"
    assert refuse_other_services(query, {}, HOSTS)


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/",
        "http://127.0.0.1:8081/",
        "http://127.0.0.1/",
        "http://example.org.evil.example/",
        "http://evil.example/example.org",
        "http://example.org@evil.example/",
        "http://evil.example#@example.org/",
        "http://example.org:80@evil.example/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "//example.org/",
        "http:example.org",
        "http://exämple.org/",
        "http://example.org%2eevil.example/",
        "http://[::1%25eth0]/",
    ],
)
def test_any_other_is_refused(address: str) -> None:
    with pytest.raises(QueryError):
        refuse_other_services(f"ASK {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", {}, HOSTS)


@pytest.mark.parametrize("name", SERVICES)
def test_no_spelling_reaches_a_host_that_is_not_named(name: str) -> None:
    query = SERVICES[name].replace("URL", "http://evil.example/x").replace("REST", "//evil.example")
    try:
        allowed = refuse_other_services(query, {}, HOSTS)
    except QueryError:
        return
    assert not allowed


def test_one_named_host_does_not_let_another_through() -> None:
    good, bad = "SERVICE <http://example.org/> {}", "SERVICE <http://evil.example/> {}"
    with pytest.raises(QueryError):
        refuse_other_services(f"ASK {{ {good} {bad} }}", {}, HOSTS)
    hidden = bad.replace("SERVICE", "\\u0053ERVICE")
    assert not refuse_other_services(f"ASK {{ {good} {hidden} }}", {}, HOSTS)
