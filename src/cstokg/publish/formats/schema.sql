-- The tables and views of every file. relational.py fills them, and adds a table for each class.
-- `name` is the column that Datasette shows where a key leads to.

CREATE TABLE about (key TEXT NOT NULL, value TEXT NOT NULL);

CREATE TABLE thing (
    iri TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    class TEXT NOT NULL,
    other_names TEXT NOT NULL,
    description TEXT NOT NULL
);

-- The classes of each thing, those above the stated one as well.
CREATE TABLE thing_class (
    thing TEXT NOT NULL REFERENCES thing (iri),
    class TEXT NOT NULL,
    PRIMARY KEY (class, thing)
) WITHOUT ROWID;

-- Each link between two things, by the name of its property in the ontology.
CREATE TABLE relation (
    thing TEXT NOT NULL REFERENCES thing (iri),
    property TEXT NOT NULL,
    value TEXT NOT NULL REFERENCES thing (iri),
    PRIMARY KEY (thing, property, value)
) WITHOUT ROWID;
CREATE INDEX relation_by_value ON relation (value, property);

-- Each text, number and time: times as they are told (EDTF), and the days between which they lie.
CREATE TABLE attribute (
    thing TEXT NOT NULL REFERENCES thing (iri),
    property TEXT NOT NULL,
    value NOT NULL,
    PRIMARY KEY (thing, property, value)
) WITHOUT ROWID;

CREATE VIRTUAL TABLE thing_fts
USING FTS5 (name, other_names, description, content="thing");

-- Which properties the things of a class have, and in which of the two tables.
CREATE VIEW usage AS
SELECT class, property, max(place) AS place, count(DISTINCT thing) AS things
FROM (
    SELECT thing, property, 'relation' AS place FROM relation
    UNION ALL
    SELECT thing, property, 'attribute' FROM attribute
)
JOIN thing_class USING (thing)
GROUP BY class, property;

-- Who or what stands in which relation to what, by name.
CREATE VIEW named AS
SELECT relation.thing, relation.property, relation.value AS iri, thing.name
FROM relation JOIN thing ON thing.iri = relation.value;

-- On which sentence of which document something rests.
CREATE VIEW evidence AS
SELECT one.thing, one.name AS sentence, whole.name AS document, one.iri AS sentence_iri
FROM named AS one JOIN named AS whole ON whole.thing = one.iri AND whole.property = 'passageOf'
WHERE one.property = 'evidence';

-- The times of each thing, as told and as the days between which they lie.
CREATE VIEW times AS
SELECT
    thing,
    max(value) FILTER (WHERE property IN ('begin', 'date')) AS begin_edtf,
    max(value) FILTER (WHERE property = 'end') AS end_edtf,
    max(value) FILTER (WHERE property IN ('beginEarliest', 'dateEarliest')) AS begin_earliest,
    max(value) FILTER (WHERE property IN ('beginLatest', 'dateLatest')) AS begin_latest,
    max(value) FILTER (WHERE property IN ('endEarliest', 'dateEarliest')) AS end_earliest,
    max(value) FILTER (WHERE property IN ('endLatest', 'dateLatest')) AS end_latest
FROM attribute
GROUP BY thing;

-- As what each event and situation is told, when it was, who vouches for it, and where.
-- Only what is actual is a fact; the rest is announced, alleged, not come about and so on.
CREATE VIEW account AS
SELECT
    thing.name, thing.class, actuality.name AS actuality,
    begin_edtf, end_edtf, begin_earliest, begin_latest, end_earliest, end_latest,
    (
        SELECT group_concat(voice.name, '; ') FROM named AS voice
        WHERE voice.thing = thing.iri AND voice.property = 'assertedBy'
    ) AS voice,
    (
        SELECT group_concat(evidence.sentence, '; ') FROM evidence
        WHERE evidence.thing = thing.iri
    ) AS sentence,
    (
        SELECT group_concat(DISTINCT evidence.document) FROM evidence
        WHERE evidence.thing = thing.iri
    ) AS document,
    thing.iri
FROM thing
JOIN named AS actuality ON actuality.thing = thing.iri AND actuality.property = 'actuality'
LEFT JOIN times ON times.thing = thing.iri;

-- Who is bound to what.
CREATE VIEW bond AS
SELECT
    account.class AS kind, party.name AS party, bound_to.name AS bound_to, actuality,
    begin_edtf, end_edtf, begin_earliest, begin_latest, end_earliest, end_latest,
    voice, sentence, document, account.iri, party.iri AS party_iri, bound_to.iri AS bound_to_iri
FROM account
JOIN named AS party ON party.thing = account.iri
JOIN named AS bound_to ON bound_to.thing = account.iri
WHERE (account.class, party.property, bound_to.property) IN (
    VALUES
    ('Membership', 'member', 'organization'),
    ('TreatyParticipation', 'party', 'treaty'),
    ('ObserverStatus', 'observer', 'organization'),
    ('OfficeHolding', 'holder', 'office'),
    ('Recognition', 'recognizer', 'recognized'),
    ('Leadership', 'leader', 'led')
)
ORDER BY account.iri, party.iri, bound_to.iri;

-- Who took part in which event, as what.
CREATE VIEW participation AS
SELECT
    role.property AS kind, account.name AS event, role.name AS participant, actuality,
    begin_edtf, end_edtf, begin_earliest, begin_latest, end_earliest, end_latest,
    voice, sentence, document, account.iri, role.iri AS participant_iri
FROM thing_class AS event
JOIN account ON account.iri = event.thing
JOIN named AS role ON role.thing = account.iri
WHERE event.class = 'Event' AND role.property NOT IN ('assertedBy', 'reportedBy')
AND role.iri IN (
    SELECT thing FROM thing_class WHERE class IN ('Agent', 'Treaty', 'Force', 'Location')
)
ORDER BY account.iri, role.property, role.iri;

-- The network: who is bound to whom, and who took part in what.
CREATE VIEW edge AS
SELECT
    party_iri AS one, bound_to_iri AS other, kind, actuality,
    begin_edtf, end_edtf, begin_earliest, begin_latest, end_earliest, end_latest,
    voice, sentence, document, iri
FROM bond
UNION ALL
SELECT
    iri, participant_iri, kind, actuality,
    begin_edtf, end_edtf, begin_earliest, begin_latest, end_earliest, end_latest,
    voice, sentence, document, iri
FROM participation;

CREATE VIEW node AS
SELECT
    thing.iri AS node, thing.name AS label, thing.class AS kind, actuality,
    begin_edtf, end_edtf, begin_earliest, begin_latest, end_earliest, end_latest,
    voice, sentence, document, thing.iri
FROM thing LEFT JOIN account ON account.iri = thing.iri
WHERE thing.iri IN (
    SELECT thing FROM thing_class WHERE class IN ('Agent', 'Treaty', 'Force', 'Event')
    UNION SELECT one FROM edge
    UNION SELECT other FROM edge
)
ORDER BY thing.iri;

-- Who says what. That somebody says it does not make it so.
CREATE VIEW said AS
SELECT
    speaker.name AS speaker, stance.name AS stance, claim.name AS claim, attribute.value AS date,
    claim.thing AS statement_iri, claim.iri AS claim_iri
FROM named AS claim
JOIN named AS speaker ON speaker.thing = claim.thing AND speaker.property = 'speaker'
LEFT JOIN named AS stance ON stance.thing = claim.thing AND stance.property = 'stance'
LEFT JOIN attribute ON attribute.thing = claim.thing AND attribute.property = 'date'
WHERE claim.property = 'expresses'
UNION ALL
SELECT speaker.name, NULL, thing.name, NULL, NULL, thing.iri
FROM thing_class AS claim
JOIN thing ON thing.iri = claim.thing
JOIN named AS speaker ON speaker.thing = thing.iri AND speaker.property = 'assertedBy'
WHERE claim.class = 'Claim'
ORDER BY speaker, claim;
