"""Pictures of the patterns of the vocabulary: boxes for classes, arrows for properties.

Hand-kept, on a grid; the names are those of the ontology, and each is a link to its term.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_WIDTH, _HEIGHT = 176, 46
_COLUMN, _ROW = 292, 122
_MARGIN = 14


@dataclass(frozen=True)
class Box:
    """A class at a place of the grid; `says` is what its own literals tell, in one line."""

    name: str
    column: float
    row: float
    says: str = ""
    is_literal: bool = False

    @property
    def x(self) -> float:
        """The middle, in pixels from the left."""
        return _MARGIN + self.column * _COLUMN + _WIDTH / 2

    @property
    def y(self) -> float:
        """The middle, in pixels from the top."""
        return _MARGIN + self.row * _ROW + _HEIGHT / 2

    @property
    def left(self) -> float:
        """The left edge."""
        return self.x - _WIDTH / 2

    @property
    def top(self) -> float:
        """The upper edge."""
        return self.y - _HEIGHT / 2

    @property
    def width(self) -> int:
        """The width in pixels."""
        return _WIDTH

    @property
    def height(self) -> int:
        """The height in pixels."""
        return _HEIGHT


@dataclass(frozen=True)
class Arrow:
    """A property from one box to another; a derived one is dashed and goes around below.

    `shift` moves the name along the arrow, from -1 (its beginning) to 1.
    """

    name: str
    begin: Box
    end: Box
    derived: bool = False
    bend: float = 0
    shift: float = 0

    @property
    def path(self) -> str:
        """The line from edge to edge, as SVG writes it."""
        begin, end, (x, y) = self.begin, self.end, self._control
        start, stop = _edge(begin, x, y), _edge(end, x, y)
        return f"M{start[0]:.0f},{start[1]:.0f} Q{x:.0f},{y:.0f} {stop[0]:.0f},{stop[1]:.0f}"

    @property
    def label_at(self) -> tuple[int, int]:
        """The middle of the name."""
        part = (1 + self.shift) / 2
        x = self.begin.x + (self.end.x - self.begin.x) * part
        y = self.begin.y + (self.end.y - self.begin.y) * part
        # A quadratic curve is this far from the straight line.
        return round(x), round(y + 2 * part * (1 - part) * self.bend * _ROW)

    @property
    def _control(self) -> tuple[float, float]:
        x, y = (self.begin.x + self.end.x) / 2, (self.begin.y + self.end.y) / 2
        return x, y + self.bend * _ROW


@dataclass(frozen=True)
class Diagram:
    """One pattern: its name, what it shows in words, and its picture."""

    slug: str
    title: str
    text: str
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]

    @property
    def width(self) -> int:
        """The width in pixels."""
        return round(max(box.x for box in self.boxes) + _WIDTH / 2 + _MARGIN)

    @property
    def height(self) -> int:
        """The height in pixels."""
        lowest = max(box.y for box in self.boxes) + _HEIGHT / 2
        bent = max((arrow.label_at[1] + 14 for arrow in self.arrows), default=0)
        return round(max(lowest, bent) + _MARGIN)

    @property
    def description(self) -> str:
        """The picture in words, for who cannot see it."""
        said = (
            f"{arrow.begin.name} {arrow.name} {arrow.end.name}"
            f"{' (derived)' if arrow.derived else ''}"
            for arrow in self.arrows
        )
        return "; ".join(said) + "."


def _edge(box: Box, x: float, y: float) -> tuple[float, float]:
    """Return where the line from the middle of `box` to a point leaves it."""
    dx, dy = x - box.x, y - box.y
    if not (dx or dy):
        return box.x, box.y
    gap = 3
    across = (_WIDTH / 2 + gap) / abs(dx) if dx else float("inf")
    down = (_HEIGHT / 2 + gap) / abs(dy) if dy else float("inf")
    part = min(across, down)
    return box.x + dx * part, box.y + dy * part


def _membership() -> Diagram:
    agent = Box("Agent", 0, 0.5)
    membership = Box("Membership", 1, 0, "begin, end, attestedOn")
    organization = Box("Organization", 2, 0.5)
    change = Box("MembershipChange", 1, 1.35, "date")
    return Diagram(
        "membership",
        "Membership",
        "A membership is a node of its own, between a member and an organization, with its time, "
        "its actuality and its evidence. What would begin, end or freeze it is an event that "
        "affects it; an alleged freeze leaves the membership actual. The plain link from member to "
        "organization is derived from actual memberships.",
        (agent, membership, organization, change),
        (
            Arrow("member", membership, agent),
            Arrow("organization", membership, organization),
            Arrow("affects", change, membership),
            Arrow("memberOf", agent, organization, derived=True, bend=0.45, shift=-0.32),
        ),
    )


def _treaty() -> Diagram:
    state = Box("State", 0, 0.5)
    participation = Box("TreatyParticipation", 1, 0, "begin, end, attestedOn")
    treaty = Box("Treaty", 2, 0.5)
    event = Box("TreatyEvent", 1, 1.35, "date, treatyEventKind")
    return Diagram(
        "treaty",
        "Treaty participation",
        "A participation joins a state to a treaty for a time. Signing, ratifying and opting out "
        "are events with dates of their own. Who signed, and who opted out, is derived.",
        (state, participation, treaty, event),
        (
            Arrow("party", participation, state),
            Arrow("treaty", participation, treaty),
            Arrow("affects", event, participation),
            Arrow("signatoryOf", state, treaty, derived=True, bend=0.45, shift=-0.32),
        ),
    )


def _statement() -> Diagram:
    agent = Box("Agent", 0, 0)
    statement = Box("Statement", 0, 1, "date, quotedPhrase")
    stance = Box("Stance", 0, 2)
    claim = Box("Claim", 1, 1, "wording")
    other = Box("Claim", 2, 0)
    circumstance = Box("Circumstance", 2, 2)
    actuality = Box("Actuality", 1, 2)
    return Diagram(
        "statement",
        "Statement and claim",
        "What somebody says is two nodes: the statement is the act (who, when, as what, doing "
        "what: its stance), the claim is the content, which several statements may express and "
        "other claims contradict or support. A claim describes events or situations, and these "
        "have an actuality: nobody's claim becomes a fact.",
        (agent, statement, stance, claim, other, circumstance, actuality),
        (
            Arrow("speaker", statement, agent),
            Arrow("stance", statement, stance),
            Arrow("expresses", statement, claim),
            Arrow("contradicts", claim, other, bend=-0.3),
            Arrow("supports", claim, other, bend=0.3),
            Arrow("describes", claim, circumstance),
            Arrow("actuality", circumstance, actuality),
        ),
    )


def _evidence() -> Diagram:
    thing = Box("Attestable", 0, 0.5)
    passage = Box("Passage", 1, 0, "oa:start, oa:end, sha256")
    source = Box("SourceDocument", 2, 0)
    basis = Box("Basis", 1, 1)
    agent = Box("Agent", 0, 1.6)
    return Diagram(
        "evidence",
        "Evidence",
        "Every fact names the passages it rests on: stretches of a source document, by the places "
        "of their first and last character and a hash of the text, which itself is not in the "
        "graph. The basis says whether the passage states it, implies it, or it is inferred; "
        "assertedBy says in whose voice it is told.",
        (thing, passage, source, basis, agent),
        (
            Arrow("evidence", thing, passage),
            Arrow("passageOf", passage, source),
            Arrow("basis", thing, basis),
            Arrow("assertedBy", thing, agent),
        ),
    )


def _time() -> Diagram:
    event = Box("Event", 0, 0)
    situation = Box("Situation", 0, 1.15)
    date = Box("an EDTF date", 1, 0, "2022-01", is_literal=True)
    times = Box("EDTF dates", 1, 1.15, "2002/2012", is_literal=True)
    day = Box("two days", 2, 0, "xsd:date", is_literal=True)
    days = Box("two days each", 2, 1.15, "xsd:date", is_literal=True)
    return Diagram(
        "time",
        "Time",
        "Times are written once, in the Extended Date/Time Format, as exact as the source is. The "
        "first and the last day that they can mean are derived, so that a question about a day "
        "has three answers: certainly, possibly, no.",
        (event, situation, date, times, day, days),
        (
            Arrow("date", event, date),
            Arrow("begin", situation, times, bend=-0.35),
            Arrow("end", situation, times, bend=0.35),
            Arrow("dateEarliest", event, day, derived=True, bend=0.65, shift=-0.3),
            Arrow("dateLatest", event, day, derived=True, bend=0.65, shift=0.3),
            Arrow("beginEarliest", situation, days, derived=True, bend=0.8, shift=-0.3),
            Arrow("endLatest", situation, days, derived=True, bend=0.8, shift=0.3),
        ),
    )


def _recognition() -> Diagram:
    agent = Box("Agent", 0, 0.75)
    recognition = Box("Recognition", 1, 0, "recognizedAs, begin")
    thing = Box("Attestable", 2, 0.75)
    abstention = Box("Abstention", 1, 1.5)
    return Diagram(
        "recognition",
        "Recognition and abstention",
        "To recognize is a situation between two; not to recognize is a fact too: an abstention, "
        "actual, that omits a recognition, unrealized. Both have their shortcut.",
        (agent, recognition, thing, abstention),
        (
            Arrow("recognizer", recognition, agent),
            Arrow("recognized", recognition, thing),
            Arrow("omits", abstention, recognition, shift=-0.45),
            Arrow("abstainer", abstention, agent),
            Arrow("recognizes", agent, thing, derived=True, bend=-0.12),
            Arrow("didNotRecognize", agent, thing, derived=True, bend=2.5),
        ),
    )


DIAGRAMS: Final = (
    _membership(),
    _treaty(),
    _statement(),
    _evidence(),
    _time(),
    _recognition(),
)
"""The patterns in the order in which a reader needs them."""
