"""Which of the brand's languages a text is in: what is known of the author and the branch first, then the words."""

from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from math import exp, log
from typing import Any

from livingroom.measure.words.cleaning import only_words, tags_as_words
from livingroom.measure.words.guesses import NO_HINTS, Candidate, Guess, Hints

SURE_FROM = 0.75
AUTHOR_ODDS, BRANCH_ODDS = 8.0, 3.0  # how much likelier a language is because its author, its branch uses it
_LONG_ENOUGH = 25  # letters, before a language outside the brand's is suspected
_INSIDE_AT_MOST = 0.01


class Languages:
    """Tells the brand's languages apart.

    Parameters
    ----------
    codes : sequence of str
        ISO 639-1 codes, the most usual first: it is the answer when a text has no words.

    Raises
    ------
    ValueError
        If there is no code, or one that nobody has a model for; the sentence says which.
    """

    def __init__(self, codes: Sequence[str]) -> None:
        self.codes = tuple(dict.fromkeys(code.strip().lower() for code in codes if code.strip()))
        if not self.codes:
            raise ValueError("No language was named. Write codes such as en,es,pt,fr,de.")
        unknown = [code for code in self.codes if code not in set(_all_languages().labels)]
        if unknown:
            known = ", ".join(sorted(_all_languages().labels))
            raise ValueError(f"No model knows {', '.join(unknown)}. Known are: {known}.")
        self._identifier = copy(
            _all_languages()
        )  # the tables are shared: loading them takes most of a second
        self._identifier.set_languages(list(self.codes))

    def guesses(self, texts: Sequence[str], hints: Sequence[Hints] | None = None) -> list[Guess]:
        """Return a guess for each text, with the best two as candidates."""
        known = [NO_HINTS] * len(texts) if hints is None else hints
        return [self.guess(text, hint) for text, hint in zip(texts, known, strict=True)]

    def guess(self, text: str, hints: Hints = NO_HINTS) -> Guess:
        words = only_words(text)
        from_tags = not any(map(str.isalpha, words))
        if from_tags:
            words = tags_as_words(text)
        has_words = any(map(str.isalpha, words))
        seen = dict(self._identifier.rank(words)) if has_words else {}
        ranked = self._ranked(seen, hints)
        best, second = ranked[0], ranked[1] if len(ranked) > 1 else None
        outside = _outside(words, self.codes)
        unsure = best.share < SURE_FROM or not has_words or outside != ""
        reason = _reason(best, second, hints, has_words, from_tags, outside)
        return Guess(best.value, best.share, reason, unsure, tuple(ranked[:2]), best.share)

    def _ranked(self, seen: dict[str, float], hints: Hints) -> list[Candidate]:
        odds = {code: log(max(seen.get(code, 1.0), 1e-12)) for code in self.codes}
        for code, factor in ((hints.author_language, AUTHOR_ODDS), (hints.branch_language, BRANCH_ODDS)):
            if code.lower() in odds:
                odds[code.lower()] += log(factor)
        total = sum(map(exp, odds.values()))
        # Equal shares keep the brand's own order, since sorting is stable.
        return sorted(
            (Candidate(code, exp(odds[code]) / total) for code in self.codes), key=lambda one: -one.share
        )


def _outside(words: str, codes: tuple[str, ...]) -> str:
    """Return the language that a longer text is in when it is surely none of the brand's, else ""."""
    if sum(map(str.isalpha, words)) < _LONG_ENOUGH:
        return ""
    ranked = _all_languages().rank(words)
    inside = sum(share for code, share in ranked if code in codes)
    return str(ranked[0][0]) if inside <= _INSIDE_AT_MOST else ""


def _reason(
    best: Candidate, second: Candidate | None, hints: Hints, has_words: bool, from_tags: bool, outside: str
) -> str:
    known = [
        f"the {who} uses {code}"
        for who, code in (("author", hints.author_language), ("branch", hints.branch_language))
        if code
    ]
    if not has_words:
        return f"No words to go by; {' and '.join(known) or 'the first language stands in'}."
    against = f" against {second.value} {second.share:.2f}" if second else ""
    told = [f"{'Tags' if from_tags else 'Words'} read as {best.value} {best.share:.2f}{against}", *known]
    if outside:
        told.append(f"but more like {outside}, which is none of the languages asked for")
    return f"{', '.join(told)}."


@lru_cache(maxsize=1)
def _all_languages() -> Any:
    from py3langid.langid import (  # type: ignore[import-untyped]  # it brings no types
        MODEL_FILE,
        LanguageIdentifier,
    )

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
