import socket
import threading
from collections.abc import Iterator

import pytest

from cstokg.errors import QueryRefusedError, QuerySyntaxError
from cstokg.store import Store

DEFAULT = "urn:default"
ANN, BOB = "<http://example.org/ann>", "<http://example.org/bob>"
LINE = "<urn:s> <urn:p> <urn:o>"


def update(store: Store, text: str, **options: object) -> None:
    store.update(text, default_graph=DEFAULT, **options)  # type: ignore[arg-type]


def says(store: Store, graph: str, line: str = LINE) -> bool:
    return bool(store.query(f"ASK {{ GRAPH <{graph}> {{ {line} }} }}"))


@pytest.mark.parametrize(
    ("text", "graphs"),
    [
        (f"INSERT DATA {{ {LINE} }}", {DEFAULT}),
        (f"INSERT DATA {{ {LINE} . }}", {DEFAULT}),
        (f"INSERT DATA {{ GRAPH <urn:g> {{ {LINE} }} }}", {"urn:g"}),
        (f"INSERT DATA {{ GRAPH <urn:g> {{ {LINE} }} . {LINE} }}", {"urn:g", DEFAULT}),
        (f"INSERT DATA {{ {LINE} GRAPH <urn:g> {{ {LINE} . }} {LINE} . }}", {"urn:g", DEFAULT}),
        (f"INSERT DATA {{ GRAPH <urn:g> {{ {LINE} }} GRAPH <urn:h> {{ }} }}", {"urn:g"}),
        (f"INSERT {{ {LINE} }} WHERE {{ }}", {DEFAULT}),
        (f"INSERT {{ {LINE} }} WHERE {{ {ANN} ?p ?o }}", {DEFAULT}),
        (f"INSERT {{ {LINE} }} WHERE {{ GRAPH <urn:a> {{ {ANN} ?p ?o }} }}", {DEFAULT}),
        (f"INSERT {{ {LINE} }} WHERE {{ GRAPH <urn:b> {{ {ANN} a ?o }} }}", set()),
        (f"INSERT {{ {LINE} }} USING <urn:a> WHERE {{ {ANN} a ?o }}", {DEFAULT}),
        (f"INSERT {{ {LINE} }} USING <urn:b> WHERE {{ {ANN} a ?o }}", set()),
        (f"INSERT {{ {LINE} }} USING NAMED <urn:a> WHERE {{ {ANN} a ?o }}", set()),
        (f"WITH <urn:a> INSERT {{ {LINE} }} WHERE {{ {ANN} a ?o }}", {"urn:a"}),
        (f"WITH <urn:b> INSERT {{ {LINE} }} WHERE {{ {ANN} a ?o }}", set()),
        (f"WITH <urn:b> INSERT {{ {LINE} }} USING <urn:a> WHERE {{ {ANN} a ?o }}", {"urn:b"}),
        (f"INSERT {{ GRAPH ?g {{ {LINE} }} }} WHERE {{ GRAPH ?g {{ {ANN} a ?o }} }}", {"urn:a"}),
        (f"INSERT DATA {{ {LINE} }} ; COPY DEFAULT TO <urn:g>", {DEFAULT, "urn:g"}),
        (f"INSERT DATA {{ {LINE} }} ; MOVE DEFAULT TO GRAPH <urn:g>", {"urn:g"}),
        (
            f"INSERT DATA {{ GRAPH <urn:g> {{ {LINE} }} }} ; ADD <urn:g> TO DEFAULT",
            {DEFAULT, "urn:g"},
        ),
        ("MOVE DEFAULT TO <urn:g>", set()),
        (f"INSERT DATA {{ {LINE} }} ; CLEAR DEFAULT", set()),
        (f"INSERT DATA {{ {LINE} }} ; DROP SILENT DEFAULT ; CLEAR DEFAULT", set()),
        (f"INSERT DATA {{ {LINE} }} ; CLEAR NAMED", {DEFAULT}),
        (f"INSERT DATA {{ {LINE} }} ; DROP ALL", set()),
        (f"INSERT DATA {{ {LINE} }} ; DELETE DATA {{ {LINE} }}", set()),
        (f"INSERT DATA {{ GRAPH <urn:g> {{ {LINE} }} }} ; DELETE DATA {{ {LINE} }}", {"urn:g"}),
        (f"INSERT DATA {{ {LINE} }} ; DELETE WHERE {{ ?s <urn:p> ?o }}", set()),
        (
            f"INSERT DATA {{ GRAPH <urn:g> {{ {LINE} }} }} ; DELETE WHERE {{ ?s <urn:p> ?o }}",
            {"urn:g"},
        ),
        (
            f"INSERT DATA {{ {LINE} }} ; DELETE WHERE {{ ?s <urn:p> ?o . {ANN} a ?t }}",
            set(),
        ),
        (f"CREATE GRAPH <urn:g> ; INSERT DATA {{ GRAPH <urn:g> {{ {LINE} }} }}", {"urn:g"}),
        (
            """
            PREFIX : <urn:> INSERT DATA { :s :p :o } ;
            PREFIX : <urn:x:> BASE <urn:y> INSERT DATA { :s :p :o } ;
            DELETE { :s :p :o } WHERE { :s :p :o } ;
            """,
            {DEFAULT},
        ),
        ("# nothing but a remark ; INSERT", set()),
        ("PREFIX : <urn:>", set()),
        ("", set()),
    ],
)
def test_an_update_writes_where_it_says(store: Store, text: str, graphs: set[str]) -> None:
    update(store, text)
    assert {graph for graph in (DEFAULT, "urn:a", "urn:b", "urn:g") if says(store, graph)} == graphs


def test_what_is_deleted_outside_a_graph_is_taken_from_the_default_graph_alone(
    store: Store,
) -> None:
    before = store.graphs()
    update(store, f"DELETE {{ {ANN} ?p ?o }} WHERE {{ {ANN} ?p ?o }}")
    assert store.graphs() == before
    update(store, f"DELETE {{ GRAPH <urn:a> {{ {ANN} ?p ?o }} }} WHERE {{ {ANN} ?p ?o }}")
    assert store.graphs() == before | {"urn:a": before["urn:a"] - 4}


def test_where_sees_the_union_of_all_graphs_once(store: Store) -> None:
    # One fact in two graphs is one, as it is for a query.
    update(store, f"INSERT DATA {{ GRAPH <urn:b> {{ {ANN} a <http://example.org/Person> }} }}")
    update(
        store,
        f"INSERT {{ <urn:x> <urn:n> ?n }} WHERE {{ SELECT (COUNT(*) AS ?n) {{ {ANN} a ?t }} }}",
    )
    assert says(store, DEFAULT, "<urn:x> <urn:n> 1")


def test_an_operation_sees_what_those_before_it_wrote(store: Store) -> None:
    update(
        store,
        f"INSERT DATA {{ GRAPH <urn:new> {{ {LINE} }} }} ;"
        "INSERT { GRAPH <urn:g> { ?s ?p ?o } } WHERE { ?s ?p ?o FILTER(?s = <urn:s>) }",
    )
    assert says(store, "urn:g")


def test_a_blank_node_of_data_is_a_new_one_in_all_graphs_of_the_operation(store: Store) -> None:
    old = {str(row[0]) for row in store.select("SELECT ?s { ?s ?p ?o FILTER isBlank(?s) }")}
    label = min(old)
    update(
        store, f"INSERT DATA {{ _:{label} <urn:p> 1 . GRAPH <urn:g> {{ _:{label} <urn:p> 2 }} }}"
    )
    (row,) = store.select(
        f"SELECT ?s {{ GRAPH <{DEFAULT}> {{ ?s <urn:p> 1 }} GRAPH <urn:g> {{ ?s <urn:p> 2 }} }}"
    )
    assert str(row[0]) not in old


def test_protected_graphs_stay_when_all_are_cleared(store: Store) -> None:
    before = store.graphs()
    update(store, "CLEAR ALL", protected=["urn:b"])
    assert store.graphs() == {"urn:b": before["urn:b"]}


@pytest.mark.parametrize("known", [True, False])
def test_prefixes_that_are_known_need_no_declaration(store: Store, known: bool) -> None:
    if known:
        update(store, "INSERT DATA { u:s u:p u:o }", prefixes={"u": "urn:"})
        assert says(store, DEFAULT)
    else:
        with pytest.raises(QuerySyntaxError, match="prefix u: of u:s is not declared"):
            update(store, "INSERT DATA { u:s u:p u:o }")


@pytest.mark.parametrize(
    ("default", "named", "text", "count"),
    [
        (["urn:a"], None, "{ ?s a ?o }", 2),
        (["urn:b"], None, "{ ?s a ?o }", 0),
        (["urn:a", "urn:b"], None, "{ ?s a ?o }", 2),
        (["urn:a"], None, "{ GRAPH ?g { ?s a ?o } }", 0),
        (None, ["urn:a"], "{ GRAPH ?g { ?s a ?o } }", 2),
        (None, ["urn:a"], "{ ?s a ?o }", 0),
        (["urn:nowhere"], [], "{ ?s a ?o }", 0),
    ],
)
def test_a_request_chooses_what_where_reads(
    store: Store, default: list[str] | None, named: list[str] | None, text: str, count: int
) -> None:
    insert = f"INSERT {{ ?s <urn:seen> 1 }} WHERE {text}"
    update(store, insert, using_graphs=default, using_named_graphs=named)
    assert len(store.select(f"SELECT ?s {{ GRAPH <{DEFAULT}> {{ ?s <urn:seen> 1 }} }}")) == count


@pytest.mark.parametrize(
    "text",
    [
        "INSERT { ?s ?p ?o } USING <urn:a> WHERE { ?s ?p ?o }",
        "INSERT { ?s ?p ?o } using named <urn:a> WHERE { ?s ?p ?o }",
        "WITH <urn:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "CLEAR DEFAULT ; WITH <urn:a> INSERT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_graphs_chosen_by_request_and_update_are_refused(store: Store, text: str) -> None:
    with pytest.raises(QueryRefusedError, match="the request names graphs as well"):
        update(store, text, using_graphs=["urn:a"])


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("INSERT DATA {\n ?s <urn:p> 1 }", 2, 2),
        ("INSERT DATA {\n <urn:s> nonsense 1 }", 2, 10),
        ("CLEAR DEFAULT ;\nPREFIX u: <urn:>\nINSERT DATA { u:s u:p }", 3, 23),
        ("CLEAR DEFAULT ;\n INSRT DATA { }", 2, 2),
        ("INSERT DATA { } ; DELETE WHERE { ?s ?p ?o", 1, 42),
        ("PREFIX u:", 1, 10),
    ],
)
def test_a_mistake_has_its_place(store: Store, text: str, line: int, column: int) -> None:
    with pytest.raises(QuerySyntaxError) as caught:
        update(store, text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert f"the update has a mistake at line {line}, column {column}: " in str(caught.value)
    assert "query" not in str(caught.value)


def test_an_update_that_is_broken_off_is_called_an_update(store: Store) -> None:
    with pytest.raises(QuerySyntaxError, match="the update ends too early"):
        update(store, "INSERT DATA {")


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "PREFIX u: <urn:> ASK { }"])
def test_a_query_is_no_update(store: Store, text: str) -> None:
    with pytest.raises(QueryRefusedError, match="is a query"):
        update(store, text)


def test_a_graph_that_is_not_there_cannot_be_dropped(store: Store) -> None:
    with pytest.raises(QueryRefusedError, match="does not exist"):
        update(store, "DROP GRAPH <urn:nowhere>")
    update(store, "DROP SILENT GRAPH <urn:nowhere>")


def test_an_update_cannot_be_nested_without_end(store: Store) -> None:
    with pytest.raises(QueryRefusedError, match="nested"):
        update(store, "INSERT DATA { <urn:s> <urn:p> " + "[ <urn:p> " * 500 + "]" * 500 + " }")


@pytest.fixture
def listener() -> Iterator[tuple[int, list[object]]]:
    """A port on this computer, and the connections that came to it."""
    hits: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                hits.append(address)
                connection.close()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield server.getsockname()[1], hits
        server.shutdown(socket.SHUT_RDWR)
    thread.join(timeout=5)


def test_load_silent_does_nothing_and_is_no_error(
    store: Store, listener: tuple[int, list[object]]
) -> None:
    port, hits = listener
    before = store.dump()
    update(
        store,
        f"load silent <http://127.0.0.1:{port}/> INTO GRAPH <urn:g> ; CLEAR SILENT GRAPH <urn:g>",
    )
    assert not hits
    assert store.dump() == before


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { _:a <urn:p> 1 } ; INSERT DATA { <urn:s> <urn:p> _:a }",
        "INSERT { ?s <urn:p> 1 } WHERE { ?s ?p _:a } ; DELETE { ?s <urn:p> 1 } WHERE { ?s ?p _:a }",
    ],
)
def test_a_label_of_a_blank_node_belongs_to_one_operation(store: Store, text: str) -> None:
    with pytest.raises(QueryRefusedError, match="the label _:a"):
        update(store, text)


FETCHING = [
    "LOAD <U>",
    "LOAD#\n<U>",
    "L\\u004FAD <U>",
    "\\U0000004coad <U>",
    "CLEAR DEFAULT ; LOAD <U>",
    "CLEAR DEFAULT ;LOAD<U>INTO GRAPH<urn:g>",
    "PREFIX load: <urn:> LOAD <U>",
    "BASE <U> LOAD <>",
    "INSERT { ?s ?p ?o } WHERE { SERVICE <U> { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <U> { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } WHERE { VALUES ?u { <U> } service ?u { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } WHERE { SER\\u0056ICE <U> { ?s ?p ?o } }",
    "INSERT { ?s ?p ?o } WHERE { { SELECT * { SERVICE#\n<U> { ?s ?p ?o } } } }",
    "DELETE { ?s ?p ?o } WHERE { FILTER EXISTS { SERVICE <U> { ?s ?p ?o } } }",
    "INSERT { ?a ?b ?c } WHERE { ?a ?b ?c FILTER(?a<?b#> } ; LOAD <U> ; CLEAR DEFAULT #\n) }",
    "INSERT { ?a ?b ?c } WHERE { ?a ?b ?c FILTER(?a<?b#'\n) } ; LOAD <U> #'> ) }",
    "INSERT DATA { <urn:s> <urn:p> ''' } ; LOAD <U> ; INSERT DATA { ''' } ; LOAD <U>",
    "LOAD <file:///etc/passwd>",
]


@pytest.mark.parametrize("text", FETCHING)
def test_nothing_is_fetched_whatever_the_spelling(
    store: Store, text: str, listener: tuple[int, list[object]]
) -> None:
    port, hits = listener
    with pytest.raises((QueryRefusedError, QuerySyntaxError)):
        update(store, text.replace("U", f"http://127.0.0.1:{port}/", 1) if "<U>" in text else text)
    assert hits == []


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:LOAD> <urn:service> 'LOAD <http://x/>', 'SERVICE' }",
        "PREFIX load: <urn:> INSERT DATA { load:service load:load load:o } # LOAD <http://x/>",
    ],
)
def test_the_words_that_fetch_may_stand_in_names_and_texts(store: Store, text: str) -> None:
    update(store, text)
    assert DEFAULT in store.graphs()


def test_what_the_words_before_it_leave_open_is_refused_rather_than_guessed(store: Store) -> None:
    with pytest.raises(QueryRefusedError, match="told apart"):
        update(store, "INSERT { ?a ?b ?c } WHERE { ?a ?b ?c FILTER(?a<?b&&'x>y'='};') }")


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("text/turtle", b"<#x> <urn:p> [ <urn:q> 1 ] ."),
        ("application/n-triples", b'<http://h/g#x> <urn:p> _:b .\n_:b <urn:q> "1" .'),
        ("application/ld+json", b'{"@id": "#x", "urn:p": {"urn:q": 1}}'),
    ],
)
def test_content_is_read_by_its_media_type_with_the_graph_as_base(
    store: Store, media_type: str, content: bytes
) -> None:
    store.load_content(content, media_type, "http://h/g")
    assert says(store, "http://h/g", "<http://h/g#x> <urn:p>/<urn:q> ?o")


def test_the_difference_of_two_stores_makes_one_the_other(store: Store) -> None:
    other = store.copy()
    update(other, f"DELETE DATA {{ GRAPH <urn:a> {{ {BOB} a <http://example.org/Person> }} }}")
    update(other, f"INSERT DATA {{ {LINE} . _:b <urn:p> [] }}")
    removed, added = store.difference(other)
    assert (removed.count(b"\n"), added.count(b"\n")) == (1, 2)
    assert store.difference(other, ["urn:b"]) == (b"", b"")
    store.amend(removed, added)
    assert store.dump() == other.dump()
