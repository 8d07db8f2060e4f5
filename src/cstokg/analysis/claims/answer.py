"""Chosen claims as an answer: the finding in a sentence, and a row for each act of claiming."""

from collections.abc import Callable, Mapping
from typing import Final

from cstokg.analysis.answer import Answer, Cells, Column, make_answer
from cstokg.analysis.claims.choice import FILTERS, Choice
from cstokg.analysis.claims.disputes import Placed, find_disputes, in_order
from cstokg.analysis.claims.records import AGAINST, Relation
from cstokg.namespaces import in_brackets
from cstokg.quality.query_files import read_query


def _related(name: str, heading: str, whose: str, *relations: Relation) -> Cells[Placed]:
    """Return the columns for what is in some relations to a claim, and for those who say that."""
    return {
        Column(name, heading, "nodes", brief=False): lambda at: (
            each.iri for each in at.claim.related(*relations)
        ),
        Column(f"{name}_speaker", whose, "nodes", brief="contradicts" in relations): lambda at: (
            who for each in at.claim.related(*relations) for who in each.voices
        ),
    }


_CELLS: Final[Cells[Placed]] = {
    Column("dispute", "Dispute"): lambda at: str(at.dispute or ""),
    Column("side", "Side"): lambda at: str(at.side or ""),
    Column("claim", "What is claimed", "nodes"): lambda at: at.claim.claim,
    Column("speaker", "By whom", "nodes"): lambda at: at.claim.speakers,
    Column("unnamed", "Not named", "nodes", brief=False): lambda at: at.claim.unnamed,
    Column("office", "In which office", "nodes", brief=False): lambda at: at.claim.offices,
    Column("when", "When"): lambda at: at.claim.when,
    Column("date", "When, in EDTF", brief=False): lambda at: at.claim.date,
    Column("earliest", "Not before", brief=False): lambda at: at.claim.bounds.earliest,
    Column("latest", "Not after", brief=False): lambda at: at.claim.bounds.latest,
    Column("occasion", "On which occasion", "nodes", brief=False): lambda at: at.claim.occasions,
    Column("document", "In which document", "nodes", brief=False): lambda at: at.claim.documents,
    Column("through", "Known through", "nodes", brief=False): lambda at: at.claim.through,
    Column("stance", "What the speaker does", "nodes"): lambda at: at.claim.stance,
    Column("actuality", "How it is told", "nodes", brief=False): lambda at: at.claim.actualities,
    Column("standing", "What the source makes of it"): lambda at: at.claim.standing,
    Column("also_by", "Also said by", "nodes", brief=False): lambda at: at.claim.also_by,
    **_related("contradicted_by", "Contradicted by", "Who contradicts", "contradicts"),
    **_related("in_tension_with", "In tension with", "Who is in tension", *AGAINST[1:]),
    **_related("supported_by", "Supported by", "Who supports", "supported by"),
    Column("supports", "Supports", "nodes", brief=False): lambda at: (
        each.iri for each in at.claim.related("supports")
    ),
    Column("passage", "Sentences", "nodes", brief=False): lambda at: at.claim.passages,
    Column("source", "Source", "nodes", brief=False): lambda at: at.claim.sources,
    Column("statement", "Statement", "nodes", brief=False): lambda at: at.claim.statement,
}


def answer_claims(choice: Choice, name: Callable[[str], str]) -> Answer:
    """Return the answer; `name` gives the labels of IRIs."""
    ordered = in_order(choice.claims, find_disputes(choice.claims))
    query = read_query(__file__, "chosen_claims", filters=_patterns(choice.values))
    return make_answer(_title(choice, name), ordered, _CELLS, query)


def _title(choice: Choice, name: Callable[[str], str]) -> str:
    claims = {claim.claim: claim for claim in choice.claims}
    asked = "".join(
        FILTERS[each].words.format(" or ".join(map(name, choice.values[each])))
        for each in ("about", "topic", "by", "stance", "source")
        if each in choice.values
    )
    if not claims:
        return f"No claim{asked} is in the sources"
    speakers = {speaker for claim in choice.claims for speaker in claim.speakers}
    told = "1 claim" if len(claims) == 1 else f"{len(claims)} claims"
    if "by" not in choice.values:
        asked += f", by {len(speakers)} speaker{'s' * (len(speakers) != 1)}"
    apart = sum(bool(claim.against) for claim in claims.values())
    return f"{told}{asked}; {apart or 'none'} of them {'is' if apart <= 1 else 'are'} disputed"


def _patterns(values: Mapping[str, tuple[str, ...]]) -> str:
    return "".join(
        FILTERS[name].pattern.format(
            name=name,
            values=in_brackets(iris),
            texts=", ".join(f'"{iri}"' for iri in iris),
        )
        for name, iris in values.items()
    )
