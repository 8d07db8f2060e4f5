"""An update of SPARQL 1.1 as the operations that the engine is handed.

The default graph is the union of all graphs where it is read, and one named graph where it is
written. So each operation is rewritten: what it writes to the default graph goes to that graph.

Operations are cut apart by tokens, which is a guess (see `tokens`). That is no danger: what the
guess makes of an update is parsed by the engine as any other, and refused if it is none; and the
words that would reach a network are looked for in the very text that the engine is handed.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cstokg.errors import QueryRefusedError
from cstokg.store.sparql.lexer import Token, tokens

_PROLOGUE: Final = {"PREFIX": 2, "BASE": 1}
"""The words that declare something, and how many tokens follow them."""


@dataclass(frozen=True)
class Operation:
    """One operation of an update: where it stands in it, and all that was declared before."""

    update: str
    start: int
    end: int
    declarations: tuple[Token, ...]

    @property
    def text(self) -> str:
        """The operation without what is declared before it; empty behind the last one."""
        return self.update[self.start : self.end]

    @property
    def prologue(self) -> str:
        """The declarations, in their order."""
        return " ".join(token.text for token in self.declarations)

    def alone(self) -> str:
        """Return the operation with its declarations, each where it stands in the update."""
        piece = [char if char in "\r\n" else " " for char in self.update[: self.start]]
        for token in self.declarations:
            piece[token.start : token.end] = token.text
        return "".join(piece) + self.text


@dataclass(frozen=True)
class Reading:
    """The graphs that a request chooses for WHERE: as default graph, and by name."""

    default: Collection[str]
    named: Collection[str]

    def clauses(self) -> str:
        """Return the USING clauses (SPARQL 1.1 Update 3.1.3) that say so."""
        clauses = [f"USING <{iri}>" for iri in self.default]
        return " ".join([*clauses, *(f"USING NAMED <{iri}>" for iri in self.named)])


@dataclass(frozen=True)
class Rewritten:
    """An operation for the engine, and the names of the graphs that it may write.

    `writes` is None where a variable names one. The names are as they stand in the operation.
    """

    text: str
    writes: tuple[str, ...] | None
    inserts: str = ""
    """Of INSERT DATA and DELETE DATA: the INSERT DATA of the same quads."""
    deletes: bool = False
    """True if these are deleted."""


def operations(update: str) -> Iterator[Operation]:
    """Cut an update into its operations."""
    declared: list[Token] = []
    start: int | None = None
    depth = skip = end = done = 0
    for token in tokens(update):
        word = _word(token)
        if skip or (start is None and word in _PROLOGUE):
            declared.append(token)
            skip = skip - 1 if skip else _PROLOGUE[word]
        elif depth == 0 and token.text == ";":
            if start is not None:
                yield Operation(update, start, end, tuple(declared))
            start, done = None, len(declared)
        else:
            start = token.start if start is None else start
            depth += (token.text == "{") - (token.text == "}")
        end = token.end
    if start is not None:
        yield Operation(update, start, end, tuple(declared))
    elif len(declared) > done:  # Declarations that nothing follows must be right all the same.
        yield Operation(update, end, end, tuple(declared))


def refuse_shared_labels(found: Iterable[Operation]) -> None:
    """Raise QueryRefusedError for a label of a blank node in two INSERT DATA, or two WHERE.

    SPARQL 1.1 Query 4.1.4; the engine, which is handed one operation at a time, cannot see it.
    """
    used: set[tuple[str, str]] = set()
    for operation in found:
        part = ""
        labels = set()
        for token in tokens(operation.text):
            part = _word(token) if _word(token) in ("DATA", "WHERE") else part
            if token.kind == "blank" and part:
                labels.add((part, token.text))
        if shared := used & labels:
            raise QueryRefusedError(
                f"two operations of the update use the label {min(shared)[1]}",
                hint="Give each blank node a label of its own, or an IRI.",
            )
        used |= labels


def rewrite(
    operation: Operation, *, default_graph: str, writable: Sequence[str], asked: Reading | None
) -> Rewritten:
    """Return what the engine is handed for an operation.

    `writable` are the graphs that CLEAR and DROP take for ALL, `asked` what WHERE reads where the
    request says so.

    Raises QueryRefusedError where the operation does as well (SPARQL 1.1 Protocol 2.2.3).
    """
    words = _Words.of(operation.text)
    first, second = [*map(_word, words.tokens[:2]), "", ""][:2]
    graph = f"GRAPH <{default_graph}>"
    text, inserts = operation.text, ""
    if first in ("CLEAR", "DROP"):
        text = _empty(words, first, graph, writable, default_graph)
    elif (first, second) == ("LOAD", "SILENT"):
        text = ""  # nothing is fetched, and SILENT says that this is no error (Update 3.1.4)
    elif first in ("ADD", "MOVE", "COPY"):
        text = words.replace("DEFAULT", graph)
    elif first in ("INSERT", "DELETE") and second == "DATA":
        text = words.wrap_triples(graph)
        verb = words.tokens[0]
        inserts = f"{operation.prologue}\n{text[: verb.start]}INSERT{text[verb.end :]}"
    elif first in ("INSERT", "DELETE", "WITH"):
        chooses = bool(words.outer("WITH", "USING"))
        if chooses and asked is not None:
            raise QueryRefusedError(
                "the update has WITH or USING, and the request names graphs as well",
                hint="Leave out the parameters using-graph-uri and using-named-graph-uri, or "
                "WITH and USING.",
            )
        if (first, second) == ("DELETE", "WHERE"):
            # The short form takes no USING, and reads where it writes.
            where = words.tokens[1]
            words = _Words.of(f"DELETE {text[where.end :]} {text[where.start :]}")
        text = words.text
        if not words.outer("WITH"):
            text = words.wrap_triples(graph, before=("USING", "WHERE"))
        if asked is not None:
            text = _Words.of(text).replace("WHERE", f"{asked.clauses()} WHERE")
    return Rewritten(
        f"{operation.prologue}\n{text}", _Words.of(text).written(), inserts, first == "DELETE"
    )


@dataclass(frozen=True)
class _Words:
    """An operation's tokens; `outer` finds words outside all braces."""

    text: str
    tokens: tuple[Token, ...]
    depths: tuple[int, ...]
    """How many braces are open before each token."""

    @classmethod
    def of(cls, text: str) -> "_Words":
        found = tuple(tokens(text))
        depths, depth = [], 0
        for token in found:
            depth -= token.text == "}"
            depths.append(depth)
            depth += token.text == "{"
        return cls(text, found, tuple(depths))

    def outer(self, *words: str) -> list[Token]:
        return [
            token
            for token, depth in zip(self.tokens, self.depths, strict=True)
            if depth == 0 and _word(token) in words
        ]

    def replace(self, word: str, by: str) -> str:
        text = self.text
        for token in reversed(self.outer(word)):
            text = text[: token.start] + by + text[token.end :]
        return text

    def written(self) -> tuple[str, ...] | None:
        """Return the names of all graphs up to WHERE or USING, None if a variable is among them.

        There are no expressions before, so that a cut into tokens is no guess.
        """
        names: list[str] = []
        for (token, depth), following in zip(
            zip(self.tokens, self.depths, strict=True), self.tokens[1:], strict=False
        ):
            if depth == 0 and _word(token) in ("USING", "WHERE"):
                break
            if _word(token) in ("GRAPH", "WITH", "TO", "ADD", "MOVE", "COPY", "SILENT"):
                if following.kind == "var":
                    return None
                if following.kind in ("iri", "pname"):
                    names.append(following.text)
        return tuple(dict.fromkeys(names))

    def wrap_triples(self, graph: str, *, before: Collection[str] = ()) -> str:
        """Put the triples that are in braces and in no graph into `graph`.

        Nothing is changed behind the first of the words `before` outside of braces.
        """
        pieces: list[str] = []
        position = 0
        is_open = in_graph = False
        for token, depth in zip(self.tokens, self.depths, strict=True):
            if depth == 0 and _word(token) in before:
                break
            begins_graph = depth == 1 and _word(token) == "GRAPH"
            inserted = ""
            if is_open and (begins_graph or (depth == 0 and token.text == "}")):
                inserted, is_open = "} ", False
            elif depth == 1 and not (in_graph or is_open or begins_graph or token.text == "."):
                inserted, is_open = f"{graph} {{ ", True
            if inserted:
                pieces += [self.text[position : token.start], inserted]
                position = token.start
            in_graph = begins_graph or (in_graph and not (depth == 1 and token.text == "}"))
        return "".join([*pieces, self.text[position:]])


def _empty(
    words: _Words, verb: str, graph: str, writable: Sequence[str], default_graph: str
) -> str:
    """Return CLEAR or DROP of the graphs that can be written, where it means them all."""
    if words.outer("ALL", "NAMED"):
        meant = [iri for iri in writable if iri != default_graph or words.outer("ALL")]
        return " ;\n".join(f"{verb} SILENT GRAPH <{iri}>" for iri in meant)
    return words.replace("DEFAULT", graph)


def _word(token: Token) -> str:
    return token.text.upper() if token.kind == "word" else ""
