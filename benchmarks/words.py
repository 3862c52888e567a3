"""How many texts a second one worker understands, step by step and in a row, without sentence vectors and with.

    python -m benchmarks.words [--texts 3000] [--json]

Made-up mentions in five languages, 95 signs long on average like tweets, with words drawn so that few are frequent and many
are rare. A second is a second of one core's work (the sentence model's two threads count twice), so that what else runs on
the machine does not count. The yardstick is py3langid alone on the same texts in the same run; the chain has its bar too.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.support.report import Line, show
from livingroom.measure.words import Correction, Term, Understanding
from livingroom.measure.words.cleaning import plain
from livingroom.measure.words.embedding import open_embedder, why_none
from livingroom.measure.words.language import Languages
from livingroom.measure.words.near import NearIndex
from livingroom.measure.words.ngrams import prepare
from livingroom.measure.words.sentiment import Sentiment
from livingroom.measure.words.spam import Spam
from livingroom.measure.words.terms import Terms
from livingroom.measure.words.topics import Topics

CODES = ("en", "es", "pt", "fr", "de")
SEED, ROUNDS, N_TERMS = 20060, 3, 1000
BAR_WITHOUT, BAR_WITH = 500, 80
OFTEN = {
    "en": "the and my laptop is not working again please help love this new screen order late thanks",
    "es": "el y mi portátil no funciona otra vez por favor ayuda me encanta la nueva pantalla pedido tarde gracias",
    "pt": "o e meu portátil não funciona outra vez por favor ajuda adoro a nova tela pedido atrasado obrigado",
    "fr": "le et mon portable ne marche plus encore une fois aidez moi merci j'adore le nouvel écran commande retard",
    "de": "der und mein laptop geht schon wieder nicht bitte helft mir danke ich liebe den neuen bildschirm bestellung",
}
SYLLABLES = (
    "ba",
    "ko",
    "ri",
    "tan",
    "del",
    "mo",
    "sur",
    "vi",
    "ne",
    "lo",
    "pra",
    "sti",
    "en",
    "ar",
    "lich",
    "ção",
    "ter",
    "mi",
)


def main() -> int:
    options = _options()
    return show(_run(mentions(options.texts)), as_json=options.json)


def _run(texts: list[str]) -> list[Line]:
    languages, spam, sentiment = Languages(CODES), Spam(), Sentiment()
    terms = [Term(f"product-{number}", (f"{_word(number)} {number}",)) for number in range(N_TERMS)]
    finder = Terms(terms)
    prepared = prepare(texts, spam.rarity)
    codes = [guess.value for guess in languages.guesses(texts)]
    yardstick = _rate(texts, lambda: _bare(languages, texts))
    lines = [Line("py3langid alone", yardstick, "texts/s", 1.0, "itself", "none", True)]
    steps: tuple[tuple[str, Callable[[], object]], ...] = (
        ("language with its reason", lambda: languages.guesses(texts)),
        (f"{N_TERMS:,} terms", lambda: [finder.find(text) for text in texts]),
        ("near-duplicates", lambda: NearIndex().add(enumerate(texts))),
        ("cleaning, counting, weighing", lambda: prepare(texts, spam.rarity)),
        ("spam, counted before", lambda: spam.guesses(prepared)),
        ("sentiment, counted before", lambda: sentiment.guesses(prepared, codes)),
    )
    for name, step in steps:
        rate = _rate(texts, step)
        lines.append(Line(name, rate, "texts/s", rate / yardstick, "py3langid alone", "none", True))
    lines.append(_chain("the whole chain without vectors", texts, BAR_WITHOUT, terms, embeddings=False))
    if open_embedder() is None:
        print(why_none(), file=sys.stderr)
        return [
            *lines,
            Line("the whole chain with vectors", 0, "texts/s", 0, "its bar", f">= {BAR_WITH}", False),
        ]
    return [*lines, *_with_vectors(texts, terms)]


def _with_vectors(texts: list[str], terms: list[Term]) -> list[Line]:
    embedder = open_embedder()
    assert embedder is not None
    some = texts[: max(len(texts) // 5, 200)]
    clean = [plain(text) for text in some]
    alone = _rate(some, lambda: embedder.vectors(clean), rounds=2)
    examples = [
        (f"{_word(number % 77 * 7)} {text}", f"topic {number % 77}")
        for number, text in enumerate(texts[:770])
    ]
    known = Topics(examples, embedder)
    started = time.process_time()
    Topics([*examples[1:], (examples[0][0], "topic 1")], embedder, before=known)
    again = time.process_time() - started
    return [
        Line(
            "sentence vectors",
            alone,
            "texts/s",
            alone / BAR_WITH,
            f"{BAR_WITH} texts/s",
            ">= 1",
            alone >= BAR_WITH,
        ),
        _chain("the whole chain with vectors", some, BAR_WITH, terms, embeddings=True),
        Line("learning topics anew after one correction", again, "s", again, "1 s", "<= 1", again <= 1),
    ]


def _chain(name: str, texts: Sequence[str], bar: int, terms: list[Term], *, embeddings: bool) -> Line:
    topics = [Correction("topic", text, f"topic {number % 10}") for number, text in enumerate(texts[:100])]
    whole = Understanding(CODES, terms=terms, examples=topics, embeddings=embeddings)
    rate = _rate(texts, lambda: whole.understand(texts), rounds=2)
    return Line(name, rate, "texts/s", rate / bar, f"{bar} texts/s", ">= 1", rate >= bar)


def _rate(texts: Sequence[str], step: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return texts per second of one core, in the best of a few rounds: what others do only ever slows it down."""
    best = 0.0
    for _ in range(rounds):
        started = time.process_time()
        step()
        best = max(best, len(texts) / (time.process_time() - started))
    return best


def _bare(languages: Languages, texts: Sequence[str]) -> None:
    for text in texts:
        languages._identifier.classify(text)


def mentions(n: int) -> list[str]:
    """Return made-up mentions: half frequent words of a language, half rare ones, some links, people and tags."""
    draw = np.random.default_rng(SEED)
    found = []
    for number in range(n):
        often = OFTEN[CODES[number % len(CODES)]].split()
        words = [
            str(draw.choice(often)) if draw.random() < 0.6 else _word(int(draw.zipf(1.3)) % 50_000)
            for _ in range(int(draw.integers(6, 28)))
        ]
        extra = draw.choice(["", " http://t.example/a1", " @user", " #tag", " !!!", " 😍"])
        found.append(" ".join(words).capitalize() + str(extra))
    return found


def _word(number: int) -> str:
    parts = []
    while True:
        number, place = divmod(number, len(SYLLABLES))
        parts.append(SYLLABLES[place])
        if number == 0:
            return "".join(parts)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=3000)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
