"""Who claims what: cards side by side, who agrees with whom, and the same as JSON and CSV."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Final

from flask import Blueprint, Response

from cstokg.analysis.claims.answer import answer_claims
from cstokg.analysis.claims.choice import FILTERS, choose_claims, known_values
from cstokg.analysis.claims.disputes import Pair, count_pairs, find_disputes
from cstokg.analysis.claims.records import Claim, by_claim, read_claims
from cstokg.namespaces import shorten
from cstokg.web.answers.rendering import options, respond
from cstokg.web.http import parameters
from cstokg.web.pages.names import label, reader
from cstokg.web.site import current_site

bp = Blueprint("claims", __name__)

_SELECTS: Final = ("by", "stance", "topic", "source")


@bp.get("/claims")
def page() -> Response:
    """Show the claims that the address asks for, each with its speaker; disputes come first."""
    values = parameters.of_address()
    parameters.refuse_others(FILTERS)
    known = current_site().once(read_claims)
    wanted = {name: values.getlist(name) for name in FILTERS}
    choice = choose_claims(known, reader().labels, wanted)
    disputes = find_disputes(choice.claims)
    records = by_claim(choice.claims)
    disputed = {iri for each in disputes for side in each.sides for iri in side}
    pairs = count_pairs(choice.claims)
    accounts = {each.iri: each for claim in choice.claims for each in claim.accounts}

    def speaking(side: Sequence[str]) -> list[str]:
        """Return whose claims and accounts are on a side."""
        told = [
            [act.speakers for act in records.get(iri, ())] or [accounts[iri].voices] for iri in side
        ]
        return list(dict.fromkeys(who for voices in told for who in chain(*voices)))

    return respond(
        answer_claims(choice, label),
        "claims.html",
        disputes=disputes,
        records=records,
        accounts=accounts,
        speaking=speaking,
        also_said=_also_said,
        undisputed=[each for iri, each in records.items() if iri not in disputed],
        pairs=pairs,
        speakers=_speakers(pairs),
        options={name: options(known_values(known, name)) for name in _SELECTS},
        chosen={name: [shorten(iri) for iri in iris] for name, iris in choice.values.items()},
        shorten=shorten,
        is_claim={act.claim for act in known}.__contains__,
    )


def _also_said(acts: Sequence[Claim]) -> list[str]:
    """Return who says the same beside the speakers of `acts` and the author who shares it."""
    told = {who for act in acts for who in (*act.speakers, *act.sharers)}
    return [who for who in acts[0].also_by if who not in told]


def _speakers(pairs: Mapping[tuple[str, str], Pair]) -> list[str]:
    """Return those who agree or disagree with somebody, who does so most often first."""
    counts: Counter[str] = Counter()
    for (one, _), pair in pairs.items():
        counts[one] += len(pair.agree) + len(pair.disagree) + len(pair.tension)
    return sorted(counts, key=lambda iri: (-counts[iri], label(iri)))
