"""What follows by Horn clauses, kept in a graph while what it follows from comes and goes.

Delete and rederive: A. Gupta, I. S. Mumick, V. S. Subrahmanian, Maintaining Views Incrementally,
SIGMOD 1993. What may rest on a fact that is gone is taken away, what has another derivation is put
back, and what new facts bring is followed up.

That something is in a class without a name is not kept, but found out where a clause asks for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pyoxigraph as ox

from cstokg.store.closure.clauses import TYPE, Bindings, Pattern, Program
from cstokg.store.closure.journal import Journal
from cstokg.store.oxigraph import Store

_PAST = "urn:cstokg:past"


@dataclass(frozen=True)
class Closure:
    """What follows from the triples of a view by the clauses of a program: the graph `derived`.

    The view has that graph as well.
    """

    view: Store
    program: Program
    journal: Journal
    derived: str

    def overdelete(self, gone: Iterable[ox.Triple]) -> set[ox.Triple]:
        """Remove from `derived` what may rest on triples that are said no more, and these.

        Return all that may hold no more.
        """
        suspects = set(gone)
        past = Store(as_set=False)
        past.add(_PAST, suspects)
        kept = self.view.view([self.derived])
        queue = list(suspects)
        while queue:
            for found in self._conclusions(queue.pop(), (self.view, past), unproven=True):
                if found not in suspects and (is_step(found) or kept.says(found)):
                    suspects.add(found)
                    queue.append(found)
        self.journal.remove(self.derived, suspects)
        return suspects

    def extend(self, new: Iterable[ox.Triple]) -> set[ox.Triple]:
        """Add to `derived` what follows from triples of the view that it has not followed up.

        Returns what that is.
        """
        queue = list(new)
        reached: set[ox.Triple] = set()
        while queue:
            for found in self._conclusions(queue.pop(), (self.view,)):
                if found in reached or (not is_step(found) and self.view.says(found)):
                    continue
                if not is_step(found):
                    self.journal.add(self.derived, [found])
                reached.add(found)
                queue.append(found)
        return reached

    def derives(self, triple: ox.Triple, above: frozenset[Any] = frozenset()) -> bool:
        """Return True if a clause concludes `triple` from what the view says.

        `above` are the memberships of classes without a name that this is asked for.
        """
        return any(
            any(True for _ in self._solve(body, bindings, (self.view,), above))
            for body, bindings in self.program.concluding(triple)
        )

    def _conclusions(
        self, triple: ox.Triple, stores: Sequence[Store], *, unproven: bool = False
    ) -> Iterator[ox.Triple]:
        above: frozenset[Any] | None = None if unproven else frozenset()
        for head, rest, bindings in self.program.uses(triple):
            # All of them first: what is concluded is written where they are found.
            for solution in list(self._solve(rest, bindings, stores, above)):
                found = head.bind(solution)
                if not isinstance(found.subject, ox.Literal):
                    yield ox.Triple(*found)

    def _solve(
        self,
        body: Iterable[Pattern],
        bindings: Bindings,
        stores: Sequence[Store],
        above: frozenset[Any] | None,
    ) -> Iterator[Bindings]:
        """Iterate over the bindings that make all of `body` hold.

        With `above` None it is taken for granted that what is asked for is in a class without name.
        """
        bound = sorted((pattern.bind(bindings) for pattern in body), key=_openness)
        if not bound:
            yield bindings
            return
        first, *rest = bound
        if is_step(first):
            if above is None or self._is_in(first, above):
                yield from self._solve(rest, bindings, stores, above)
            return
        if isinstance(first.subject, ox.Literal):
            return
        terms = [None if isinstance(term, str) else term for term in first]
        for store in stores:
            for triple in store.match(*terms):
                found = first.match(triple, bindings)
                if found is not None:
                    yield from self._solve(rest, found, stores, above)

    def _is_in(self, pattern: Pattern, above: frozenset[Any]) -> bool:
        """Return True if something is in a class without a name."""
        if pattern in above or isinstance(pattern.subject, ox.Literal):
            return False
        triple = ox.Triple(*pattern)
        return self.view.says(triple) or self.derives(triple, above | {pattern})


def is_step(triple: Pattern | ox.Triple) -> bool:
    """Return True for what says that something is in a class without a name."""
    return triple.predicate == TYPE and isinstance(triple.object, ox.BlankNode)


def _openness(pattern: Pattern) -> tuple[bool, int]:
    """Sort what is quickly found before what is not, and what is worked out last."""
    return is_step(pattern), sum(isinstance(term, str) for term in pattern)
