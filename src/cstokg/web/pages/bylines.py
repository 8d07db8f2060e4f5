"""Who makes each claim: for titles, lists and hits, which must not tell it as a fact."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from cstokg.analysis.claims.records import Claim, by_claim, byline, read_claims
from cstokg.web.pages.names import label
from cstokg.web.site import Site, current_site


def claims_of(site: Site) -> Mapping[str, Sequence[Claim]]:
    """Return the acts by the claim that they express; ask for it by `site.once`."""
    return by_claim(site.once(read_claims))


def speakers_of(site: Site) -> Mapping[str, Sequence[str]]:
    """Return who makes each claim and each statement; ask for it by `site.once`."""
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for claim in site.once(read_claims):
        for iri in filter(None, (claim.claim, claim.statement)):
            found[iri].update(dict.fromkeys((*claim.speakers, *claim.sharers)))
    return {iri: tuple(speakers) for iri, speakers in found.items()}


def byline_of(iri: str) -> str:
    """Return in words who claims what, and when; empty for what is no claim."""
    return byline(current_site().once(claims_of).get(iri, ()), label)
