"""A question as somebody types it: which stored one is meant, and with which values.

Days, months and years are read, then the names of things, in any of the dataset's languages; the
other words are held against those of the stored questions. Nothing is asked outside, and what was
understood is told, so that it can be corrected.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from cstokg.analysis.questions.answering import Choices, Values
from cstokg.analysis.search.words import STOP_WORDS, content_words, fold, without_possessive
from cstokg.errors import DateError
from cstokg.quality.competency_questions import Question
from cstokg.quality.question_parameters import Parameter
from cstokg.rdf.edtf import parse_bounds

FITS: Final = 0.6
"""From which score on a question is taken for the one that is meant."""

NEAR: Final = 0.4
"""From which score on a question is worth showing."""

_WORD: Final = re.compile(r"\w+")
_MONTHS: Final = (
    *(("jan", "yanv"), ("feb", "fevr"), ("mar",), ("apr",), ("may", "mai"), ("jun", "iyun")),
    *(("jul", "iyul"), ("aug", "avg"), ("sep", "sent")),
    *(("oct", "okt"), ("nov", "noy"), ("dec", "dek")),
)
"""How the names of the months begin, in English and Russian, folded."""

_DATE: Final = re.compile(
    r"\b(?:(?P<iso>\d{4}-\d\d(?:-\d\d)?)"
    r"|(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>[^\W\d_]{3,})\s+"
    r"(?:(?P<day2>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year>(?:19|20)\d\d)(?!-\d)"
    r"|(?P<only>(?:19|20)\d\d)(?!-\d))\b"
)
# What asks for who does something; after `do` the one who does it is named: "who does Russia fear".
_ASKS_WHO: Final = re.compile(
    r"\W*(?:who|кто|which (?:states|countries|members|people|persons|governments))\b"
    r"(?!.*\b(?:do|does|did)\b(?! not\b))",
    re.IGNORECASE,
)
_DOER: Final = re.compile(r"\b(?:do|does|did|has|that|what|by) \{(\w+)\}")
"""Where a stored question has who does something."""

_ASKS_OTHERWISE: Final = re.compile(r"On what date|In (?:which|what) \w+|When|How many")
"""How a stored question begins that does not answer who does something."""

_LONGEST_NAME: Final = 8
"""How many words a name may have."""

_SHORT: Final = 2
"""Up to how many letters a name counts only in capitals: `IS` and `is` are different words."""

_INFLECTED: Final = 5
"""From how many letters a name is known with another ending: `Armenian`, `Пашиняна`."""

_ENDING: Final = 3
"""How many letters an ending may have more or less."""

# How much a name, a time and a stop word weigh (the last where there are others, too) beside other
# words, which weigh the more the rarer they are.
_NAME: Final = 3.0
_TIME: Final = 1.5
_SMALL: Final = 0.5
_TINY: Final = 0.1

# A question that is about a thing anyway has not been asked of it.
_FIXED: Final = 0.8

# What a value that must be guessed takes off, and what the words of the title add at most.
_GUESSED: Final = 0.02
_TITLED: Final = 0.1

# The share that counts where only names and times were typed, or none of the other words fits, or
# where the question has no place for one of the names, or asks when or how many and not who.
_NO_WORDS: Final = 0.55
_OTHER_WORDS: Final = 0.3
_LEFT_OUT: Final = 0.6

_IDLE: Final = frozenset({"a", "an", "are", "is", "the", "was", "were", "what"})
"""Stop words that ask no more than what something is, which its own page tells."""


@dataclass(frozen=True)
class Understood:
    """A stored question that may be meant. `taken` says what of the text became which value."""

    question: Question
    values: Values
    taken: tuple[tuple[str, str, str], ...]
    """The words that were typed, the name of the parameter, and its value."""
    score: float
    """How well it fits: about 1 where it explains all that was typed."""


@dataclass(frozen=True)
class _Period:
    text: str
    first: date
    last: date


@dataclass(frozen=True)
class _Typed:
    """What is in a text: periods, things by the words that name them, and all other words."""

    periods: tuple[_Period, ...]
    things: tuple[tuple[str, tuple[str, ...]], ...]
    words: tuple[str, ...]
    small: tuple[str, ...]
    """The stop words."""
    asks_who: bool
    """True if the one is asked for who does something: what is named is not this one."""


def find_questions(
    text: str, questions: Sequence[Question], choices: Choices
) -> tuple[Understood, ...]:
    """Return the stored questions that `text` may mean, the best first."""
    typed = _read(text, choices)
    vocabularies = {question.name: _vocabulary(question) for question in questions}
    counts = Counter(word for words in vocabularies.values() for word in words)
    rarity = {word: math.log(1 + len(questions) / count) for word, count in counts.items()}
    found = [
        _match(question, typed, vocabularies[question.name], rarity, choices)
        for question in questions
    ]
    near = [each for each in found if each.score >= NEAR]
    return tuple(sorted(near, key=lambda each: (-each.score, each.question.name)))


def _vocabulary(question: Question) -> dict[str, bool]:
    """Return the words of a question; True for those that its title or its name has."""
    titled = f"{question.title} {question.slug.replace('-', ' ')}"
    asks = re.sub(r"\{\w+\}", " ", question.asks)
    every = dict.fromkeys(_content(f"{question.question} {asks} {question.words}"), False)
    if "who" in fold(question.words):
        every["who"] = False
    return every | dict.fromkeys(content_words(titled), True)


def _read(text: str, choices: Choices) -> _Typed:
    asks_who = _ASKS_WHO.match(text) is not None
    periods = tuple(_periods(text))
    for each in periods:
        text = text.replace(each.text, " ")
    words = _WORD.findall(without_possessive(text).replace(".", ""))
    things: list[tuple[str, tuple[str, ...]]] = []
    others: list[str] = []
    start = 0
    while start < len(words):
        for end in range(min(len(words), start + _LONGEST_NAME), start, -1):
            if named := _named(words[start:end], choices):
                things.append((" ".join(words[start:end]), named))
                start = end
                break
        else:
            others.append(words[start])
            start += 1
    rest = " ".join(others)
    # "Who is X" has no other word that tells questions apart.
    known = tuple(dict.fromkeys(_content(rest))) or (("who",) if "who" in fold(rest) else ())
    small = tuple({word for word in fold(rest) if word in STOP_WORDS and word not in known})
    return _Typed(periods, tuple(things), known, small, asks_who)


def _content(text: str) -> tuple[str, ...]:
    """Return the words that tell questions apart: whoever asks why wants a cause, not a list."""
    return (*content_words(text), *(word for word in fold(text) if word == "why"))


def _named(words: Sequence[str], choices: Choices) -> tuple[str, ...]:
    """Return what some words are the whole name of."""
    joined = "".join(fold(" ".join(words)))
    if joined in STOP_WORDS and not "".join(words).isupper():
        return ()
    if len(joined) <= _SHORT and not "".join(words).isupper():
        return ()
    found = choices.by_name.get(joined, ())
    return found if found or len(words) > 1 else _inflected(joined, choices)


def _inflected(word: str, choices: Choices) -> tuple[str, ...]:
    """Return what has a name like `word` but for its ending."""
    for name, iris in choices.by_name.items():
        kept = name[:-2] if len(name) > _INFLECTED + 1 else name[:-1]
        if (
            len(name) >= _INFLECTED
            and word.startswith(kept)
            and abs(len(word) - len(name)) <= _ENDING
        ):
            return iris
    return ()


def _periods(text: str) -> Iterator[_Period]:
    for match in _DATE.finditer(text):
        text, written = match[0], match["iso"] or match["only"] or match["year"]
        day = match["day"] or match["day2"]
        if match["month"] and (month := _month(match["month"])):
            written = f"{written}-{month:02}" + (f"-{int(day):02}" if day else "")
        elif match["month"]:  # a word before a year: "GUAM 2000"
            text = written
        with suppress(DateError):  # no day of the calendar
            bounds = parse_bounds(written)
            if bounds.earliest and bounds.latest:
                yield _Period(text, bounds.earliest, bounds.latest)


def _month(word: str) -> int:
    folded = "".join(fold(word))
    known = (number for number, names in enumerate(_MONTHS, 1) if folded.startswith(names))
    return next(known, 0)


def _match(
    question: Question,
    typed: _Typed,
    vocabulary: Mapping[str, bool],
    rarity: Mapping[str, float],
    choices: Choices,
) -> Understood:
    """Rate how much of what was typed is asked by `question`, with values taken from it."""
    values = {parameter: parameter.default for parameter in question.parameters}
    taken: list[tuple[str, str, str]] = []
    unknown = max(rarity.values(), default=1.0)
    known = [word for word in typed.words if word in vocabulary]
    weights = [(rarity.get(word, unknown), word in vocabulary) for word in typed.words]
    asked_for = _DOER.findall(question.asks) if typed.asks_who else ()
    left_out = False
    open_ones = [
        each
        for each in question.parameters
        if each.kind not in ("date", "text") and each.name not in asked_for
    ]
    for text, iris in typed.things:
        for parameter in open_ones:
            fitting = [each for each in iris if each in choices.by_kind[parameter.kind]]
            if fitting:
                values[parameter] = fitting[0]
                taken.append((text, parameter.name, fitting[0]))
                open_ones.remove(parameter)
                weights.append((_NAME, True))
                break
        else:
            # A question may have the thing in it without a parameter for it.
            fits = vocabulary.keys() >= set(content_words(text))
            weights += [(_NAME * _FIXED, fits), (_NAME * (1 - _FIXED), False)]
            left_out |= not fits
    days = [each for each in question.parameters if each.kind == "date"]
    if days and typed.periods:
        for parameter, period, value in _days(days, typed.periods):
            values[parameter] = value
            taken.append((period.text, parameter.name, value))
    whole = {*fold(f"{question.question} {question.asks} {question.words}")}
    weights += [(_TINY if typed.words else _SMALL, word in whole) for word in typed.small]
    weights += [(_TIME, bool(days) or str(each.first.year) in vocabulary) for each in typed.periods]
    score = sum(weight for weight, fits in weights if fits) / max(
        sum(weight for weight, _ in weights), 1.0
    )
    names = {name for _, name, _ in taken}
    named = [each for each in question.parameters if each.name in names]
    score -= _GUESSED * sum(
        each.kind != "date" and not each.optional and each not in named
        for each in question.parameters
    )
    titled = [word for word, is_title in vocabulary.items() if is_title]
    score += _TITLED * sum(word in known for word in titled) / max(len(titled), 1)
    if not known:
        # Small words ask something of names alone where these are of the very kinds: "in GUAM".
        asks = {*typed.small} - _IDLE and not any(each.kind == "thing" for each in named)
        score *= _OTHER_WORDS if typed.words else 1 if asks else _NO_WORDS
    if left_out or (typed.asks_who and _ASKS_OTHERWISE.match(question.question)):
        score *= _LEFT_OUT
    return Understood(question, values, tuple(taken), score)


def _days(
    parameters: Sequence[Parameter], periods: Sequence[_Period]
) -> Iterator[tuple[Parameter, _Period, str]]:
    """Give each parameter a day: the ends of what is told, or one in the middle of it."""
    first, last = periods[0], periods[-1]
    if len(parameters) == 1:
        middle = first.first + (first.last - first.first) / 2
        yield parameters[0], first, middle.isoformat()
    else:
        yield parameters[0], first, first.first.isoformat()
        yield parameters[1], last, last.last.isoformat()
