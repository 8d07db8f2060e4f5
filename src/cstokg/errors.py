"""The errors that cstokg raises, all in one tree.

Each message says what is wrong and where; `hint` says how to fix it. This module imports nothing
of the package, so that every layer can raise from it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, Literal

LINE_END: Final = re.compile(r"\r\n?|\n")
"""What ends a line, as editors and the grammar of SPARQL have it."""

_EXCERPT_BEFORE = 100
"""How many characters of a line are shown before a mistake, and as many after it."""

_LONGEST_FINDING = 200
"""How many characters of one finding are in the message about many."""


class CstokgError(Exception):
    """Anything that cstokg reports to its user rather than as a fault of its own."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle what the error has, not the arguments of its constructor."""
        return type(self).__new__, (type(self), *self.args), self.__dict__


class SourceError(CstokgError):
    """A file of RDF cannot be read, or says something that the build cannot use.

    `line` and `column` count from 1 and are None where the fault has no one place in the file.
    """

    def __init__(
        self,
        path: Path | str,
        problem: str,
        *,
        line: int | None = None,
        column: int | None = None,
        hint: str = "",
    ) -> None:
        place = ":".join(str(part) for part in (path, line, column) if part is not None)
        super().__init__(f"{place}: {problem}", hint=hint)
        self.path = str(path)
        self.problem = problem
        self.line = line
        self.column = column


class _MissingPathError(CstokgError):
    kind = "path"

    def __init__(self, path: Path | str, problem: str = "is missing", *, hint: str = "") -> None:
        super().__init__(f"the {self.kind} {path} {problem}", hint=hint)


class MissingFolderError(_MissingPathError):
    """A folder that the project needs is missing, or has nothing in it to read."""

    kind = "folder"


class MissingFileError(_MissingPathError):
    """A file that the user named is not there, or is not a file."""

    kind = "file"


class DateError(CstokgError):
    """A text is not a date in the Extended Date/Time Format, or has no day that it can mean."""


class ParameterError(CstokgError):
    """A parameter of a question that means nothing here: no day, no thing of that name."""

    def __init__(self, parameter: str, problem: str, *, hint: str = "") -> None:
        super().__init__(f"{parameter}: {problem}", hint=hint)


class QueryError(CstokgError):
    """A query that cannot be answered, because of a mistake in it."""


class QuerySyntaxError(QueryError):
    """A query or an update that is not SPARQL; `what` says which of the two.

    `line` and `column` count from 1 and point into its text.
    """

    def __init__(
        self,
        problem: str,
        *,
        line: int,
        column: int,
        hint: str = "",
        what: Literal["query", "update"] = "query",
    ) -> None:
        super().__init__(
            f"the {what} has a mistake at line {line}, column {column}: {problem}", hint=hint
        )
        self.problem = problem
        self.line = line
        self.column = column
        self.what: Literal["query", "update"] = what

    def one_line_up(self) -> "QuerySyntaxError":
        """Return the error for a text that lacks the first line of the one that has it."""
        line, column = self.line - 1, self.column
        return QuerySyntaxError(
            self.problem, line=line, column=column, hint=self.hint, what=self.what
        )

    def excerpt(self, query: str) -> str:
        """Return the line of `query` with the mistake, and a caret under its place.

        Of a very long line it is the part around the mistake.
        """
        lines = LINE_END.split(query)
        line = lines[self.line - 1] if self.line <= len(lines) else ""
        start = max(0, self.column - 1 - _EXCERPT_BEFORE)
        shown = line[start : start + 2 * _EXCERPT_BEFORE]
        column = self.column - 1 - start
        # A tab stays a tab under a tab, so that the caret stands right at any tab width.
        indent = "".join("\t" if char == "\t" else " " for char in shown[:column])
        return f"{shown}\n{indent.ljust(column)}^"


class QueryRefusedError(QueryError):
    """A query that is SPARQL, but asks for what this dataset does not do (such as SERVICE)."""


class WriteError(CstokgError):
    """A write that was refused or failed; nothing of it is stored."""


class ReadOnlyGraphError(WriteError):
    """A write to a graph that is computed from the others."""

    def __init__(self, graph: str) -> None:
        super().__init__(
            f"the graph {graph} is computed from the others, and cannot be written",
            hint="Write what it follows from; it is brought up to date with each write.",
        )


class ReadOnlyDatasetError(WriteError):
    """A write to a dataset that is only for reading."""

    def __init__(self) -> None:
        super().__init__(
            "the dataset is only for reading",
            hint="Serve it with --writable, or change the project's files and build again.",
        )


class ShapeViolationError(WriteError):
    """A write after which the dataset would violate its shapes.

    `report` is the validation report in Turtle (SHACL 3.6), `findings` its violations, each with
    the names and values of a `validate.Finding`.
    """

    def __init__(self, report: bytes, findings: Sequence[Mapping[str, object]]) -> None:
        count = len(findings)
        first = str(findings[0].get("message", "")) if findings else ""
        shown = first if len(first) <= _LONGEST_FINDING else first[: _LONGEST_FINDING - 1] + "…"
        super().__init__(
            f"the dataset would violate its shapes {count} time{'s' * (count != 1)}: {shown}",
            hint="The report names each node, and what is wrong with it. What was wrong before, "
            "about nodes that the write does not touch, is left out: 'cstokg validate' shows all.",
        )
        self.report = report
        self.findings = tuple(findings)


class StorageError(WriteError):
    """The dataset on disk cannot be read or written; what was to be written is not there."""


class StorageFullError(StorageError):
    """There is no room for what is to be written: a full disk, a quota, a limit of size."""


class StoreInUseError(StorageError):
    """Another process has the folder of the store open."""


class StoreDamagedError(StorageError):
    """The dataset on disk is not what was written there, so that nothing of it can be trusted."""


class QueryStoppedError(CstokgError):
    """A query that a bound of the server ended: mostly not wrong, only too much."""


class QueryTimeoutError(QueryStoppedError):
    """A query that was still being answered when its time was over."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the query was stopped: it may take {seconds:g} seconds, and was not done by then",
            hint="Narrow it: name classes or nodes instead of variables, join the patterns by a "
            "shared variable, and set a LIMIT inside a subquery.",
        )


class QueryMemoryError(QueryStoppedError):
    """A query that wanted more memory than one may have; `limit` is in bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"the query was stopped: it may take {limit / 2**20:g} MiB of memory, and wanted more",
            hint="Narrow it: sort, group or collect fewer rows, or build shorter texts.",
        )


class AnswerTooLargeError(QueryStoppedError):
    """An answer of more rows or triples than one may have; nothing of it is given."""

    def __init__(self, max_rows: int) -> None:
        super().__init__(
            f"the answer has more than {max_rows} rows, which is the most that is given",
            hint="Set a LIMIT, or fetch the answer in parts with ORDER BY, LIMIT and OFFSET.",
        )


class ServiceFailedError(QueryStoppedError):
    """Another server, which the query asks with SERVICE, did not answer it."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"a server that the query asks with SERVICE failed: {problem}",
            hint="Ask that server by itself; SERVICE SILENT goes on without its answer.",
        )


class StoreUnavailableError(QueryStoppedError):
    """The SPARQL server that keeps the dataset does not answer, or not as such a server does.

    Its address `url` is for the log, not for clients.
    """

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(f"the server that keeps the dataset cannot be asked: {problem}")
        self.url = url
        self.problem = problem


class WorkerLostError(QueryStoppedError):
    """The process that worked on a query ended before it had the answer."""

    def __init__(self) -> None:
        super().__init__(
            "the process that worked on the query ended before it had the answer",
            hint="If it fails again, ask it in parts. Dates, numbers and texts in one variable "
            "cannot be sorted together: write ORDER BY STR(?x).",
        )


class QueryCancelledError(QueryStoppedError):
    """A query that was stopped by a request with its id."""

    def __init__(self) -> None:
        super().__init__("the query was stopped, as was asked for")


class WorkersBusyError(QueryStoppedError):
    """All workers are busy; the same query may be answered in `retry_after` seconds."""

    def __init__(self, problem: str, *, retry_after: int) -> None:
        super().__init__(problem, hint="Ask again later.")
        self.retry_after = retry_after


class _UnknownNameError(CstokgError):
    """A name that is not in a list of names; the message shows the list."""

    kind = "name"

    def __init__(self, name: str, known: Iterable[str], *, hint: str = "") -> None:
        self.known = tuple(known)
        listed = ", ".join(self.known) or "none"
        super().__init__(f"no {self.kind} {name!r}; there are: {listed}", hint=hint)


class UnknownFormatError(_UnknownNameError):
    """No format of that name, media type or extension carries this kind of result."""

    kind = "format"


class UnwritableError(CstokgError):
    """A result has something that the format cannot carry; nothing of it is written."""

    def __init__(self, title: str, problem: str, others: Iterable[str]) -> None:
        super().__init__(
            f"{title} cannot carry {problem}", hint=f"Ask for another format: {', '.join(others)}."
        )


class UnknownGraphError(_UnknownNameError):
    """No graph of that name is in the dataset."""

    kind = "graph"


class UnknownQuestionError(_UnknownNameError):
    """No competency question has that name."""

    kind = "question"


class UnknownClassError(_UnknownNameError):
    """No class of the ontology, and no table by year, has that name."""

    kind = "class"


class UnknownRuleError(_UnknownNameError):
    """No rule of `cstokg lint` has that name."""

    kind = "rule"


class ReasonerError(CstokgError):
    """HermiT cannot read what it is given."""


class ReasonerUnavailableError(ReasonerError):
    """HermiT cannot run here, mostly because there is no Java."""


class BaseUrlError(CstokgError):
    """The address that a server is said to have is none that it can have."""

    def __init__(self, url: str, problem: str) -> None:
        super().__init__(
            f"{url!r} cannot be the base of all addresses: {problem}",
            hint="It is what a browser shows for the first page: https://example.org/graph",
        )


class TokenError(CstokgError):
    """A token cannot be made or revoked, or the file of tokens cannot be read."""


class PortTakenError(CstokgError):
    """Another program already listens at the address that the server should use."""

    def __init__(self, host: str, port: int, *, hint: str = "") -> None:
        super().__init__(f"another program already listens at {host}:{port}", hint=hint)
