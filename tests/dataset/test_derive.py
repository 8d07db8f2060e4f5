"""Each rule by a small example, and all of them against owlrl."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, XSD, BNode, Graph, Literal, URIRef
from rdflib.plugins.parsers.notation3 import BadSyntax

from cstokg import Dataset
from cstokg.dataset.derive import derive, rules
from cstokg.namespaces import (
    CKG,
    DERIVED_GRAPH,
    LINKS_GRAPH,
    ONTOLOGY_GRAPH,
    PREFIXES,
    RESOURCE,
    SOURCE_GRAPHS,
    source_graph,
)
from cstokg.store import Store, Triple

HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
EXAMPLE = HEAD + "@prefix : <http://example.org/> .\n"


def built(text: str) -> Store:
    """Return a store with `text` as its data, derived."""
    store = Store()
    store.load((EXAMPLE + text).encode(), Path("example.ttl"), source_graph("example"))
    derive(store)
    return store


def read(text: str) -> set[Triple]:
    try:
        return set(Graph().parse(data=EXAMPLE + text, format="turtle"))
    except BadSyntax as error:
        pytest.fail(f"the test's own example is no Turtle: {error}")


OWL_RULES = {
    "class-subclass": (
        ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A .",
        ":x a :B, :C .",
    ),
    "class-equivalent": (":A owl:equivalentClass :B . :x a :A . :y a :B .", ":x a :B . :y a :A ."),
    "class-intersection-parts": (
        ":A owl:equivalentClass [ owl:intersectionOf ( :B :C ) ] . :x a :A .",
        ":x a :B, :C .",
    ),
    "class-intersection-whole": (
        ":A owl:equivalentClass [ owl:intersectionOf ( :B :C ) ] . :x a :B, :C . :y a :B .",
        ":x a :A .",
    ),
    "class-union": (
        ":A owl:equivalentClass [ owl:unionOf ( :B :C ) ] . :x a :B . :y a :C .",
        ":x a :A . :y a :A .",
    ),
    "class-one-of": (":A owl:equivalentClass [ owl:oneOf ( :x :y ) ] .", ":x a :A . :y a :A ."),
    "class-some-values-from": (
        """:A owl:equivalentClass [ owl:onProperty :p ; owl:someValuesFrom :B ] .
           :x :p :y . :y a :B . :z :p :w .""",
        ":x a :A .",
    ),
    "class-some-values-from-thing": (
        """:T owl:equivalentClass [ owl:onProperty :q ; owl:someValuesFrom owl:Thing ] .
           :z :q :w .""",
        ":z a :T .",
    ),
    "class-all-values-from": (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :B ] . :x a :A ; :p :y .",
        ":y a :B .",
    ),
    "class-has-value": (
        ":A rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :y ] . :x a :A .",
        ":x :p :y .",
    ),
    "class-has-value-member": (
        ":A owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :y ] . :x :p :y .",
        ":x a :A .",
    ),
    "property-subproperty": (
        ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :x :p :y .",
        ":x :q :y ; :r :y .",
    ),
    "property-equivalent": (
        ":p owl:equivalentProperty :q . :x :p :y . :y :q :x .",
        ":x :q :y . :y :p :x .",
    ),
    "property-domain": (":p rdfs:domain :A . :x :p 1 .", ":x a :A ."),
    "property-range": (":p rdfs:range :A . :x :p :y , 1 .", ":y a :A ."),
    "property-inverse": (":p owl:inverseOf :q . :x :p :y . :z :q :w .", ":y :q :x . :w :p :z ."),
    "property-symmetric": (":p a owl:SymmetricProperty . :x :p :y .", ":y :p :x ."),
    "property-transitive": (
        ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d .",
        ":a :p :c , :d . :b :p :d .",
    ),
    "property-chain-2": (
        ":p owl:propertyChainAxiom ( :q :r ) . :x :q :y . :y :r :z .",
        ":x :p :z .",
    ),
    "property-chain-3": (
        ":p owl:propertyChainAxiom ( :q :r :s ) . :x :q :y . :y :r :z . :z :s :w .",
        ":x :p :w .",
    ),
}

ACTUAL = "ckg:actuality actuality:actual"
SOURCE = ':p ckg:passageOf :s . :s ckg:dateWritten "[2001..]" .'
# A source of 2001 or later vouches for it as late as that.
ATTESTED = 'ckg:attestedOn "[2001..]" ; ckg:evidence :p'

LINK_RULES = {
    "contradicts": (
        ":n ckg:disagreementKind disagreement-kind:contradiction ; ckg:between :x , :y .",
        ":x ckg:contradicts :y . :y ckg:contradicts :x .",
    ),
    "did-not-recognize": (
        f":n ckg:abstainer :x ; {ACTUAL} ; ckg:omits :r . :r ckg:recognized :y .",
        ":x ckg:didNotRecognize :y .",
    ),
    "did-not-seek-to-join": (
        f":n ckg:abstainer :x ; {ACTUAL} ; ckg:omits :r . :r ckg:treaty :y .",
        ":x ckg:didNotSeekToJoin :y .",
    ),
    "figure-value": (
        ":n a ckg:StrengthFigure ; ckg:strength 3500 .",
        ":n ckg:figureValue 3500 .",
    ),
    "former-member-of": (
        f':n a ckg:Membership ; ckg:member :x ; ckg:organization :y ; ckg:end "1999" ; {ACTUAL} .',
        ":x ckg:formerMemberOf :y . :n ckg:membershipStatus membership-status:former .",
    ),
    "holds-office": (
        f":n a ckg:OfficeHolding ; ckg:holder :x ; ckg:office :y ; {ACTUAL} .",
        ":x ckg:holdsOffice :y .",
    ),
    "in-tension-with": (
        ":n ckg:disagreementKind disagreement-kind:tension ; ckg:between :x , :y .",
        ":x ckg:inTensionWith :y . :y ckg:inTensionWith :x .",
    ),
    "leads": (f":n ckg:leader :x ; ckg:led :y ; {ACTUAL} .", ":x ckg:leads :y ."),
    "member-of": (
        f""":n a ckg:Membership ; ckg:member :x ; ckg:organization :y ; {ACTUAL} ; {ATTESTED} .
            {SOURCE}""",
        ":x ckg:memberOf :y . :n ckg:membershipStatus membership-status:current .",
    ),
    "membership-status-current": (
        f":n a ckg:TreatyParticipation ; ckg:party :x ; {ACTUAL} ; {ATTESTED} . {SOURCE}",
        ":n ckg:membershipStatus membership-status:current .",
    ),
    "membership-status-former": (
        f':n a ckg:TreatyParticipation ; ckg:party :x ; ckg:end "1999" ; {ACTUAL} .',
        ":n ckg:membershipStatus membership-status:former .",
    ),
    "membership-status-open": (
        f""":n a ckg:Membership ; ckg:member :x ; ckg:organization :y ; ckg:begin "1992" ;
            ckg:attestedOn "1999" ; ckg:evidence :p ; {ACTUAL} . {SOURCE}""",
        ":n ckg:membershipStatus membership-status:open .",
    ),
    "observer-at": (
        f":n a ckg:ObserverStatus ; ckg:observer :x ; ckg:organization :y ; {ACTUAL} .",
        ":x ckg:observerAt :y .",
    ),
    "opted-out-of": (
        f""":n ckg:treatyEventKind treaty-event-kind:opting-out ; ckg:actor :x ; ckg:treaty :y ;
            {ACTUAL} .""",
        ":x ckg:optedOutOf :y .",
    ),
    "originates-in": (
        f""":n ckg:treatyEventKind treaty-event-kind:institutionalisation ; ckg:result :x ;
            ckg:treaty :y ; {ACTUAL} .""",
        ":x ckg:originatesIn :y .",
    ),
    "recognizes": (
        f":n ckg:recognizer :x ; ckg:recognized :y ; {ACTUAL} .",
        ":x ckg:recognizes :y .",
    ),
    "rival-account-of": (
        ":n ckg:disagreementKind disagreement-kind:rival-accounts ; ckg:between :x , :y .",
        ":x ckg:rivalAccountOf :y . :y ckg:rivalAccountOf :x .",
    ),
    "says": (":n ckg:speaker :x ; ckg:expresses :y .", ":x ckg:says :y ."),
    "signatory-of": (
        f""":n ckg:treatyEventKind treaty-event-kind:signature ; ckg:actor :x ; ckg:treaty :y ;
            {ACTUAL} . :x a ckg:State .""",
        ":x ckg:signatoryOf :y .",
    ),
    "strength": (
        f""":n a ckg:StrengthFigure ; ckg:strengthOf :x ; ckg:strength 3500 ;
            ckg:precision precision:approximate ; {ACTUAL} .
            :m a ckg:StrengthFigure ; ckg:strengthOf :y ; ckg:strength 20 ; {ACTUAL} .""",
        ":x ckg:strength 3500 ; ckg:precision precision:approximate . :y ckg:strength 20 .",
    ),
}


NOT_OF_ACTUALITY = {
    "contradicts",
    "figure-value",
    "in-tension-with",
    "rival-account-of",
    "says",
}


def names(kind: str) -> set[str]:
    return {
        path.stem
        for path in (Path(__file__).parents[2] / "src/cstokg/dataset/rules" / kind).iterdir()
    }


def test_each_rule_has_an_example() -> None:
    assert names("owl") == set(OWL_RULES)
    assert names("links") == set(LINK_RULES)


@pytest.mark.parametrize("kind", ["owl", "links"])
def test_each_rule_says_what_it_means(kind: str) -> None:
    assert rules(kind)
    assert all(rule.startswith("# ") for rule in rules(kind))


@pytest.mark.parametrize("name", OWL_RULES)
def test_owl_rule(name: str) -> None:
    given, expected = OWL_RULES[name]
    assert set(built(given).triples([DERIVED_GRAPH])) == read(expected)


@pytest.mark.parametrize("name", LINK_RULES)
def test_link_rule(name: str) -> None:
    given, expected = LINK_RULES[name]
    found = set(built(given).triples([LINKS_GRAPH]))
    if name == "strength":  # a strength is a figure's value as well
        found = {triple for triple in found if triple[1] != URIRef(CKG + "figureValue")}
    assert found == read(expected)


@pytest.mark.parametrize(
    "actuality", ["alleged", "prospective", "hypothetical", "unrealized", "apparent", None]
)
def test_only_what_is_actual_gives_a_link(actuality: str | None) -> None:
    other = f"ckg:actuality actuality:{actuality}" if actuality else 'rdfs:label "unsaid"'
    things = {"http://example.org/x", "http://example.org/y"}
    for name in LINK_RULES.keys() - NOT_OF_ACTUALITY:
        given = LINK_RULES[name][0].replace(ACTUAL, other)
        links = built(given).triples([LINKS_GRAPH])
        assert not [s for s, _, _ in links if str(s) in things], name


def test_a_membership_that_ended_is_no_membership() -> None:
    links = set(built(LINK_RULES["former-member-of"][0]).triples([LINKS_GRAPH]))
    assert not [triple for triple in links if triple[1] == URIRef(CKG + "memberOf")]


def links_of(given: str) -> set[str]:
    triples = built(given).triples([LINKS_GRAPH])
    return {str(predicate).removeprefix(CKG) for _, predicate, _ in triples}


def test_a_founding_alone_makes_no_present_member() -> None:
    given, _ = LINK_RULES["member-of"]
    assert links_of(given.replace(ATTESTED, 'ckg:begin "1992" ; ckg:evidence :p')) == {
        "membershipStatus"
    }


def test_who_left_and_came_back_is_a_member_and_no_former_one() -> None:
    first = LINK_RULES["former-member-of"][0].replace(":n", ":before")
    assert links_of(first + LINK_RULES["member-of"][0]) == {"memberOf", "membershipStatus"}


def test_who_acceded_did_not_sign() -> None:
    given, _ = LINK_RULES["signatory-of"]
    assert links_of(given.replace("signature", "accession")) == set()


@pytest.mark.parametrize("name", ["leads", "observer-at"])
def test_what_has_ended_gives_no_present_link(name: str) -> None:
    given, _ = LINK_RULES[name]
    assert links_of(given.replace(ACTUAL, f'{ACTUAL} ; ckg:end "1999"')) == set()


def test_owl_rules_reach_over_links_and_links_over_owl_rules() -> None:
    store = built(
        f"""
        ckg:observerAt owl:inverseOf ckg:hasObserver .
        ckg:Guest rdfs:subClassOf ckg:ObserverStatus .
        :n a ckg:Guest ; ckg:observer :x ; ckg:organization :y ; {ACTUAL} .
        """
    )
    assert set(store.triples([LINKS_GRAPH])) == read(":x ckg:observerAt :y .")
    assert read(":y ckg:hasObserver :x . :n a ckg:ObserverStatus .") == set(
        store.triples([DERIVED_GRAPH])
    )


def test_what_a_file_says_is_not_repeated() -> None:
    given, expected = LINK_RULES["leads"]
    store = built(given + expected + " ckg:leads rdfs:domain ckg:Agent . :x a ckg:Agent .")
    assert LINKS_GRAPH not in store.graphs()
    assert DERIVED_GRAPH not in store.graphs()


def test_a_link_is_not_repeated_among_what_is_derived() -> None:
    store = built(
        LINK_RULES["leads"][0]
        + " ckg:leads owl:inverseOf :has . :y :has :x . :has owl:inverseOf ckg:leads ."
    )
    assert set(store.triples([LINKS_GRAPH])) == read(":x ckg:leads :y .")
    assert DERIVED_GRAPH not in store.graphs()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            '"1992-05"',
            'ckg:dateEarliest "1992-05-01"^^xsd:date ; ckg:dateLatest "1992-05-31"^^xsd:date',
        ),
        ('"[..2024-06-25]"', 'ckg:dateLatest "2024-06-25"^^xsd:date'),
        ('"2002/.."', 'ckg:dateEarliest "2002-01-01"^^xsd:date'),
    ],
)
@pytest.mark.parametrize("name", ["date", "dateWritten", "datePublished"])
def test_dates_have_bounds(name: str, given: str, expected: str) -> None:
    store = built(f":x ckg:{name} {given} .")
    assert set(store.triples([DERIVED_GRAPH])) == read(f":x {expected} .")


def test_a_source_is_as_old_as_it_was_written_not_as_it_was_published() -> None:
    store = built(':x ckg:dateWritten "2024-06-25" ; ckg:datePublished "2024-07" .')
    assert set(store.triples([DERIVED_GRAPH])) == read(
        """:x ckg:dateEarliest "2024-06-25"^^xsd:date ; ckg:dateLatest "2024-06-25"^^xsd:date ."""
    )


def test_situations_have_bounds() -> None:
    store = built(':x ckg:begin "2002" ; ckg:end "[2010..2012]" ; ckg:attestedOn "2011-05" .')
    assert set(store.triples([DERIVED_GRAPH])) == read(
        """:x ckg:beginEarliest "2002-01-01"^^xsd:date ; ckg:beginLatest "2002-12-31"^^xsd:date ;
              ckg:endEarliest "2011-05-01"^^xsd:date ; ckg:endLatest "2012-12-31"^^xsd:date ."""
    )


@pytest.mark.parametrize(
    "name", ["date", "dateWritten", "datePublished", "begin", "end", "attestedOn"]
)
def test_what_is_no_date_bounds_nothing_and_hinders_no_other(name: str) -> None:
    store = built(f':x ckg:{name} "2001-02-29" . :y ckg:{name} "2001", "May 1992" .')
    known = built(f':y ckg:{name} "2001" .')
    assert set(store.triples([DERIVED_GRAPH])) == set(known.triples([DERIVED_GRAPH])) != set()


def test_a_node_without_a_name_keeps_its_own_bounds() -> None:
    store = built(':x :p [ ckg:date "2001" ] .')
    rows = store.select(f"""SELECT ?day {{
        GRAPH ?source {{ ?x ?p ?node }} FILTER ISBLANK(?node)
        GRAPH <{DERIVED_GRAPH}> {{ ?node <{CKG}dateEarliest> ?day }} }}""")
    assert [str(day) for (day,) in rows] == ["2001-01-01"]


# All examples at once, each with names of its own.
ZOO = "".join(
    f"@prefix : <http://example.org/{name}/> . {given}"
    + "".join(f" :{letter} a owl:Class ." for letter in "ABCT")
    + "".join(f" :{letter} a owl:ObjectProperty ." for letter in "pqrs")
    for name, (given, _) in OWL_RULES.items()
)


DISJOINTNESS = {OWL.disjointWith, OWL.propertyDisjointWith, OWL.members}


def by_owlrl(asserted: set[Triple]) -> set[Triple]:
    """Return what owlrl derives about individuals, without what says nothing.

    owlrl makes literals subjects and everything the same as itself and an owl:Thing. It is spared
    what nothing follows from: texts in a language, and which classes have nothing in common.
    """
    import owlrl

    graph = Graph()
    for triple in asserted:
        _, predicate, value = triple
        if predicate not in DISJOINTNESS and not (isinstance(value, Literal) and value.language):
            graph.add(triple)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    terms = {
        node
        for node, _, kind in asserted
        if kind in {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
    }
    return {
        (s, p, o)
        for s, p, o in set(graph) - asserted
        if isinstance(s, URIRef)
        and s not in terms
        and str(s).startswith((RESOURCE, "http://example.org/"))
        and p != OWL.sameAs
        and o != OWL.Thing
        and not (p == RDF.type and isinstance(o, BNode))
    }


def test_the_rules_agree_with_owlrl_on_examples() -> None:
    store = built(ZOO)
    asserted = set(store.triples([source_graph("example")]))
    ours = set(store.triples([DERIVED_GRAPH]))
    assert len(ours) > len(OWL_RULES)
    assert ours == by_owlrl(asserted)


@pytest.mark.slow
@pytest.mark.long
def test_the_rules_agree_with_owlrl_on_the_project(dataset: Dataset) -> None:
    asserted = {
        triple
        for iri in dataset.info.triples
        if iri == ONTOLOGY_GRAPH or iri.startswith((SOURCE_GRAPHS, LINKS_GRAPH))
        for triple in dataset.store.triples([iri])
    }
    ours = {
        (s, p, o)
        for s, p, o in dataset.store.triples(
            [iri for iri in dataset.info.triples if iri.startswith(DERIVED_GRAPH)]
        )
        if not (isinstance(o, Literal) and o.datatype == XSD.date)
    }
    assert len(ours) > 1000
    assert ours == by_owlrl(asserted)
