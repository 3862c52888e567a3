"""Which language a question is written in: by its script, else by the small words and letters only some languages use."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

# Scripts that one language (or nearly) writes in, by the beginning of their letters' Unicode names.
_SCRIPTS = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CYRILLIC", "ru"), ("GREEK", "el"), ("ARABIC", "ar"),
    ("HEBREW", "he"), ("THAI", "th"), ("DEVANAGARI", "hi"), ("CJK", "zh"),
)  # fmt: skip
_LETTERS = {
    "ñ": ("es",), "¿": ("es",), "¡": ("es",), "ã": ("pt",), "õ": ("pt",), "ß": ("de",), "ä": ("de",), "ö": ("de",),
    "ü": ("de",), "ç": ("pt", "fr"), "œ": ("fr",), "è": ("fr", "it"), "ê": ("fr", "pt"), "â": ("fr", "pt"),
    "ù": ("fr", "it"), "ò": ("it",), "ì": ("it",), "à": ("fr", "it", "pt"), "î": ("fr",), "ï": ("fr", "nl"),
}  # fmt: skip
_ENDINGS = {
    "ção": "pt", "ções": "pt", "inho": "pt", "ón": "es", "ciones": "es", "ung": "de", "keit": "de", "isch": "de",
    "eaux": "fr", "eux": "fr", "zione": "it", "zioni": "it", "ing": "en", "tion": "en",
}  # fmt: skip
ENOUGH = 1.0


def detect_language(text: str) -> str:
    """Return the language's code, or nothing when the text does not say."""
    if by_script := _by_script(text):
        return by_script
    words = [
        word.strip("?¿!¡.,;:\"'()") for word in text.casefold().replace("’", " ").replace("'", " ").split()
    ]
    scores = dict.fromkeys(profiles(), 0.0)
    for code, common in profiles().items():
        scores[code] += sum(1.0 for word in words if word in common)
        scores[code] += sum(1.0 for word in words if word in own_words()[code])
    _add_letters(scores, text.casefold())
    _add_endings(scores, words)
    (best, most), (_, second) = sorted(scores.items(), key=lambda pair: -pair[1])[:2]
    return best if most >= ENOUGH and most > second else ""


@cache
def profiles() -> dict[str, frozenset[str]]:
    """The commonest words of each language."""
    raw: dict[str, str] = json.loads((Path(__file__).parent / "tongues.json").read_text(encoding="utf-8"))
    return {code: frozenset(words.split()) for code, words in raw.items()}


@cache
def own_words() -> dict[str, frozenset[str]]:
    """Words of questions that stand in one language's list of topics only: panne, Drucker, barato is in two."""
    raw: dict[str, list[str]] = json.loads(
        (Path(__file__).parent / "topics.json").read_text(encoding="utf-8")
    )
    lists = [lines for lines in raw.values() if len(lines) == len(profiles())]
    mine = {
        code: {word for lines in lists for word in lines[place].split()}
        for place, code in enumerate(profiles())
    }
    seen = Counter(word for words in mine.values() for word in words)
    return {code: frozenset(word for word in words if seen[word] == 1) for code, words in mine.items()}


def _by_script(text: str) -> str:
    names = [unicodedata.name(letter, "") for letter in text if letter.isalpha()]
    counts = {code: sum(name.startswith(script) for name in names) for script, code in reversed(_SCRIPTS)}
    kana = sum(name.startswith(("HIRAGANA", "KATAKANA")) for name in names)
    if kana:
        return "ja"  # with Chinese characters between them
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] * 2 > len(names) else ""


def _add_letters(scores: dict[str, float], text: str) -> None:
    for letter in set(text):
        codes = _LETTERS.get(letter, ())
        for code in codes:
            scores[code] += 1.5 / len(codes)


def _add_endings(scores: dict[str, float], words: Iterable[str]) -> None:
    for word in words:
        for ending, code in _ENDINGS.items():
            if len(word) > len(ending) + 2 and word.endswith(ending):
                scores[code] += 0.4
