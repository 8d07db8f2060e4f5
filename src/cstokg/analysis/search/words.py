"""Words as they are compared: in Latin letters, without case, accents and endings."""

import re
import unicodedata
from typing import Final

# Letters that Unicode does not decompose into a letter and an accent.
_LETTERS: Final = str.maketrans(
    "łđðøħŧıə",
    "lddohtia",
    "ʻʼ’'",  # noqa: RUF001
) | str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})

# Cyrillic much as English texts have it, when accents are gone (so `й` is `и`): what is typed in
# one script is found in the other.
_CYRILLIC: Final = str.maketrans(
    "абвгдезиклмнопрстуфыэіїєґўһқңғүұәөҳҷ",
    "abvgdeziklmnoprstufyeiieguhknguuaohj",
) | str.maketrans(
    {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch"}  # noqa: RUF001
    | {"ъ": "", "ь": "", "ю": "yu", "я": "ya"}
)

STOP_WORDS: Final = frozenset(
    """
    a about according after all an and any are article as at be been before between but by did do
    does during ever for from had has have he her him his how i if in into is it its list me many
    most much no not of on or other others s since so some still than that the their them there they
    this to us was we were what when where which who whom whose why will with would you
    i v na bylo byl byli gde kogda chto kak iz ob po godu goda
    """.split()  # noqa: SIM905
)
"""Words that hardly tell one question from another, folded."""

_WORD: Final = re.compile(r"\w+")
_POSSESSIVE: Final = re.compile(r"['’]s\b")  # noqa: RUF001
_ENDINGS: Final = (
    *("ments", "ment", "ations", "ation", "ions", "ion", "ings", "ing"),
    *("ies", "ied", "ed", "es", "s"),
)
_SHORTEST_STEM: Final = 4


def fold(text: str) -> tuple[str, ...]:
    """Return the words of `text` in Latin letters, without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    kept = "".join(char for char in plain if not unicodedata.combining(char))
    return tuple(_WORD.findall(kept.translate(_CYRILLIC).replace("_", " ")))


def stem(word: str) -> str:
    """Return what folded words of one family (`party`, `parties`) have in common."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            word = word.removesuffix(ending)
            break
    return word[:-1] if word[-1] in "eyi" and len(word) >= _SHORTEST_STEM else word


def content_words(text: str) -> tuple[str, ...]:
    """Return the stems of the words of `text` that tell something."""
    words = fold(without_possessive(text))
    return tuple(stem(word) for word in words if word not in STOP_WORDS)


def without_possessive(text: str) -> str:
    """Return `text` without the ending of `Pashinyan's`."""
    return _POSSESSIVE.sub("", text)
