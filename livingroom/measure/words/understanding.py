"""One door for the rooms above: texts in, everything guessed about them out, in batches."""

from collections.abc import Sequence

from livingroom.measure.words.embedding import Embedder, open_embedder, packed
from livingroom.measure.words.guesses import NO_HINTS, Correction, Guess, Hints, Understood, of_kind
from livingroom.measure.words.language import Languages
from livingroom.measure.words.ngrams import prepare
from livingroom.measure.words.sentiment import Sentiment
from livingroom.measure.words.spam import Spam
from livingroom.measure.words.terms import Term, Terms
from livingroom.measure.words.topics import Topics

BATCH = 512


class Understanding:
    """Language, terms, spam, sentiment and topic of texts, offline and on the CPU.

    Parameters
    ----------
    languages : sequence of str
        ISO 639-1 codes in which the brand is spoken to; only these are guessed.
    terms : sequence of Term
        Brand and product terms to find.
    examples : sequence of Correction
        Topic examples and corrections of spam and sentiment, oldest first; topics need at least two labels.
    embeddings : bool
        Use the sentence model when it is installed. Without it everything works on words alone.

    Source: docs/methods/words.md.
    """

    def __init__(
        self,
        languages: Sequence[str] = ("en", "es", "pt", "fr", "de"),
        *,
        terms: Sequence[Term] = (),
        examples: Sequence[Correction] = (),
        embeddings: bool = True,
    ) -> None:
        self.embedder: Embedder | None = open_embedder() if embeddings else None
        self.languages = Languages(languages)
        self.terms = Terms(terms)
        self.spam, self.sentiment, self.topics = self._trained(examples)

    def learn(self, examples: Sequence[Correction]) -> None:
        """Learn anew from all examples and corrections, oldest first; what shipped is always the base."""
        self.spam, self.sentiment, self.topics = self._trained(examples, self.topics)

    def understand(self, texts: Sequence[str], hints: Sequence[Hints] | None = None) -> list[Understood]:
        """Return one Understood per text, in order.

        Raises
        ------
        ValueError
            If there are hints, but not one for each text.
        """
        known = [NO_HINTS] * len(texts) if hints is None else hints
        if len(known) != len(texts):
            raise ValueError(f"{len(texts)} texts came with {len(known)} hints.")
        found: list[Understood] = []
        for start in range(0, len(texts), BATCH):
            found += self._understand(texts[start : start + BATCH], known[start : start + BATCH])
        return found

    def _understand(self, texts: Sequence[str], hints: Sequence[Hints]) -> list[Understood]:
        prepared = prepare(texts, self.spam.rarity)
        vectors = None if self.embedder is None else self.embedder.vectors(prepared.clean)
        languages = self.languages.guesses(texts, hints)
        spam = self.spam.guesses(prepared, vectors)
        sentiment = self.sentiment.guesses(prepared, [guess.value for guess in languages], vectors)
        topics: list[Guess | None] = [None] * len(texts)
        if self.topics is not None:
            topics = list(self.topics.guesses(prepared, vectors))
        rows = [b""] * len(texts) if vectors is None else [row.tobytes() for row in packed(vectors)]
        return [
            Understood(language, self.terms.find(text), one_spam, feeling, topic, row)
            for text, language, one_spam, feeling, topic, row in zip(
                texts, languages, spam, sentiment, topics, rows, strict=True
            )
        ]

    def _trained(
        self, examples: Sequence[Correction], before: Topics | None = None
    ) -> tuple[Spam, Sentiment, Topics | None]:
        of_topics = [(example.text, example.right) for example in of_kind(examples, "topic")]
        has_topics = len({label for _, label in of_topics}) > 1
        return (
            Spam(of_kind(examples, "spam"), self.embedder),
            Sentiment(of_kind(examples, "sentiment"), self.embedder),
            Topics(of_topics, self.embedder, before=before) if has_topics else None,
        )
