"""Chosen claims as an answer: the finding in a sentence, and a row for each act of claiming."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cstokg.analysis.answer import Answer, Column
from cstokg.analysis.claims.disputes import find_disputes, in_order
from cstokg.analysis.claims.records import AGAINST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cstokg.analysis.claims.choice import Choice
    from cstokg.analysis.claims.records import Claim

_COLUMNS: Final = (
    Column("dispute", "Dispute"),
    Column("side", "Side"),
    Column("claim", "What is claimed", "nodes"),
    Column("speaker", "By whom", "nodes"),
    Column("unnamed", "Not named", "nodes", brief=False),
    Column("office", "In which office", "nodes", brief=False),
    Column("when", "When"),
    Column("date", "When, in EDTF", brief=False),
    Column("earliest", "Not before", brief=False),
    Column("latest", "Not after", brief=False),
    Column("occasion", "On which occasion", "nodes", brief=False),
    Column("document", "In which document", "nodes", brief=False),
    Column("through", "Known through", "nodes", brief=False),
    Column("stance", "What the speaker does", "nodes"),
    Column("actuality", "How it is told", "nodes", brief=False),
    Column("standing", "What the source makes of it"),
    Column("also_by", "Also said by", "nodes", brief=False),
    Column("contradicted_by", "Contradicted by", "nodes", brief=False),
    Column("contradicted_by_speaker", "Who contradicts", "nodes"),
    Column("in_tension_with", "In tension with", "nodes", brief=False),
    Column("in_tension_with_speaker", "Who is in tension", "nodes", brief=False),
    Column("supported_by", "Supported by", "nodes", brief=False),
    Column("supported_by_speaker", "Who supports", "nodes", brief=False),
    Column("supports", "Supports", "nodes", brief=False),
    Column("passage", "Sentences", "nodes", brief=False),
    Column("source", "Source", "nodes", brief=False),
    Column("statement", "Statement", "nodes", brief=False),
)
_ASKED: Final = {
    "about": " about {}",
    "topic": " on the topic of {}",
    "by": " by {}",
    "stance": " with the stance “{}”",
    "source": " in “{}”",
}
_QUERY: Final = """SELECT DISTINCT ?claim ?speaker ?statement ?stance ?date WHERE {{
  {{
    ?statement ckg:expresses ?claim ; ckg:speaker ?speaker .
    OPTIONAL {{ ?statement ckg:stance ?stance }}
    OPTIONAL {{ ?statement ckg:date ?date }}
  }} UNION {{
    GRAPH ?graph {{ ?claim ckg:assertedBy ?speaker }}
    FILTER(STRSTARTS(STR(?graph), STR(graph:source)))
  }}
  ?claim a ckg:Claim .
{filters}}}
ORDER BY ?claim ?speaker"""
_ABOUT: Final = """  {{ ?claim ckg:involves ?{name} }}
  UNION {{ ?statement ckg:expresses ?claim ; ckg:about ?{name} }}
  VALUES ?{name} {{ {values} }}
"""
_PATTERNS: Final = {
    "about": _ABOUT,
    "topic": _ABOUT,
    "by": "  VALUES ?speaker {{ {values} }}\n",
    "stance": "  FILTER(STR(?stance) IN ({texts}))\n",
    "source": "  ?claim ckg:evidence/ckg:passageOf ?{name} .\n  VALUES ?{name} {{ {values} }}\n",
}


def answer_claims(choice: Choice, name: Callable[[str], str]) -> Answer:
    """Return the answer; `name` gives the labels of IRIs."""
    disputes = find_disputes(choice.claims)
    ordered = in_order(choice.claims, disputes)
    return Answer(
        title=_title(choice, name),
        columns=_COLUMNS,
        rows=[_row(claim, number, side) for claim, number, side in ordered],
        query=_QUERY.format(filters=_patterns(choice.values)),
        sources=tuple(sorted({each for claim in choice.claims for each in claim.sources})),
    )


def _title(choice: Choice, name: Callable[[str], str]) -> str:
    claims = {claim.claim: claim for claim in choice.claims}
    asked = "".join(
        words.format(" or ".join(map(name, choice.values[filter_name])))
        for filter_name, words in _ASKED.items()
        if filter_name in choice.values
    )
    if not claims:
        return f"No claim{asked} is in the sources"
    speakers = {speaker for claim in choice.claims for speaker in claim.speakers}
    told = "1 claim" if len(claims) == 1 else f"{len(claims)} claims"
    if "by" not in choice.values:
        asked += f", by {len(speakers)} speaker{'s' * (len(speakers) != 1)}"
    apart = sum(bool(claim.against) for claim in claims.values())
    return f"{told}{asked}; {apart or 'none'} of them {'is' if apart <= 1 else 'are'} disputed"


def _row(claim: Claim, number: int, side: int) -> dict[str, str]:
    contradicting = claim.related("contradicts")
    tension = claim.related(*AGAINST[1:])
    support = claim.related("supported by")
    bounds = claim.bounds
    iris: dict[str, Iterable[str]] = {
        "claim": (claim.claim,),
        "speaker": claim.speakers,
        "unnamed": claim.unnamed,
        "office": claim.offices,
        "occasion": claim.occasions,
        "document": claim.documents,
        "through": claim.through,
        "stance": (claim.stance,),
        "actuality": claim.actualities,
        "also_by": claim.also_by,
        "contradicted_by": (each.iri for each in contradicting),
        "contradicted_by_speaker": (who for each in contradicting for who in each.voices),
        "in_tension_with": (each.iri for each in tension),
        "in_tension_with_speaker": (who for each in tension for who in each.voices),
        "supported_by": (each.iri for each in support),
        "supported_by_speaker": (who for each in support for who in each.voices),
        "supports": (each.iri for each in claim.related("supports")),
        "passage": claim.passages,
        "source": claim.sources,
        "statement": (claim.statement,),
    }
    return {
        **{column: " ".join(dict.fromkeys(values)) for column, values in iris.items()},
        "dispute": str(number or ""),
        "side": str(side or ""),
        "when": claim.when,
        "date": claim.date,
        "earliest": bounds.earliest.isoformat() if bounds.earliest else "",
        "latest": bounds.latest.isoformat() if bounds.latest else "",
        "standing": claim.standing,
    }


def _patterns(values: Mapping[str, tuple[str, ...]]) -> str:
    return "".join(
        _PATTERNS[name].format(
            name=name,
            values=" ".join(f"<{iri}>" for iri in values[name]),
            texts=", ".join(f'"{iri}"' for iri in values[name]),
        )
        for name in values
    )
