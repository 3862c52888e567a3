"""Understand what was heard, in batches: guesses with their reasons, topics, near-duplicates. One bad mention goes alone."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from livingroom.branches.models import Branch
from livingroom.listening.counting import mark_stale
from livingroom.listening.models import Correction, Mention, TopicMatch
from livingroom.listening.signals import mentions_understood
from livingroom.listening.topics.audience import Audience
from livingroom.listening.topics.live import live_matcher, running_versions
from livingroom.listening.topics.matching import Asked, Matcher
from livingroom.listening.topics.tree import Said
from livingroom.listening.understanding.judge import Judge, judge
from livingroom.listening.understanding.likeness import likeness
from livingroom.measure.words.guesses import HIDE, NO_HINTS, QUEUE, Hints, Understood
from livingroom.shared.rows import write_back

log = logging.getLogger("livingroom.listening")
BATCH = 500
# Who speaks to us by name is heard by a person: a plea for help with a link in it looks like advertising.
NEVER_HIDDEN = (Mention.Kind.MESSAGE, Mention.Kind.MENTION)
VERDICTS = {HIDE: Mention.Verdict.HIDDEN, QUEUE: Mention.Verdict.QUEUED}
_GUESSED = ("understood_at", "poison", "language", "verdict", "spam_share", "sentiment", "negative_share", "subject",
            "subject_share", "terms", "reasons", "lesson", "like", "branch")  # fmt: skip


@dataclass
class Batch:
    """What is known around some mentions, read once for all of them."""

    judge: Judge
    matcher: Matcher
    audience: Audience
    branches: Mapping[int, tuple[str, str]]
    corrections: Mapping[int, Mapping[str, str]]
    caught: dict[int, list[Asked]] = field(default_factory=dict)


def understand_new(now: datetime, *, limit: int = BATCH) -> int:
    """Understand the oldest that wait. Returns how many were taken up; 0 means that nothing waits."""
    return understand(list(Mention.objects.to_understand()[:limit]), now=now)


def understand(mentions: Sequence[Mention], *, now: datetime) -> int:
    """Guess, match and write these. What cannot be understood is marked so, alone."""
    if not mentions:
        return 0
    batch = _around(mentions, now)
    done, poisoned = _guess(list(mentions), batch, now)
    if done:
        likeness.link(done)
    with transaction.atomic():
        written = _unchanged([*done, *poisoned])
        write_guesses([mention for mention in (*done, *poisoned) if mention.pk in written])
        kept = [mention for mention in done if mention.pk in written]
        _write_matches(kept, batch.caught)
        mark_stale(mention.at for mention in kept)
        if kept:
            mentions_understood.send(sender=Mention, mentions=kept, now=now)
    return len(mentions)


def _around(mentions: Sequence[Mention], now: datetime) -> Batch:
    places = Branch.objects.filter(pk__in={mention.branch_id for mention in mentions if mention.branch_id})
    corrections: dict[int, dict[str, str]] = {}
    for row in Correction.objects.filter(mention__in=[mention.pk for mention in mentions]).order_by("pk"):
        corrections.setdefault(row.mention_id, {})[row.kind] = row.is_now
    return Batch(
        judge=judge(),
        matcher=live_matcher(),
        audience=Audience((version for _, version in running_versions()), mentions, now),
        branches={
            pk: (language, country)
            for pk, language, country in places.values_list("pk", "language", "country")
        },
        corrections=corrections,
    )


def _guess(mentions: list[Mention], batch: Batch, now: datetime) -> tuple[list[Mention], list[Mention]]:
    """Return those that were understood, and those that cannot be; a batch that fails is halved."""
    try:
        hints = [_hints(mention, batch) for mention in mentions]
        found = batch.judge.understanding.understand([text_of(mention) for mention in mentions], hints)
        for mention, understood in zip(mentions, found, strict=True):
            _note(mention, understood, batch, now)
    except Exception as problem:
        if len(mentions) == 1:
            log.warning("Mention %s cannot be understood: %s", mentions[0].pk, problem)
            mentions[0].poison = f"{type(problem).__name__}: {problem}"[:300]
            return [], mentions
        middle = len(mentions) // 2
        first, second = _guess(mentions[:middle], batch, now), _guess(mentions[middle:], batch, now)
        return first[0] + second[0], first[1] + second[1]
    return mentions, []


def text_of(mention: Mention) -> str:
    return f"{mention.title}\n{mention.text}" if mention.title else mention.text


def _hints(mention: Mention, batch: Batch) -> Hints:
    branch_language = batch.branches.get(mention.branch_id or 0, ("", ""))[0][:2].lower()
    if not (mention.language or branch_language):
        return NO_HINTS
    return Hints(author_language=mention.language[:2].lower(), branch_language=branch_language)


def _note(mention: Mention, understood: Understood, batch: Batch, now: datetime) -> None:
    """Write the guesses on the mention; a person's word stands above them."""
    reasons: dict[str, Any] = {"spam": understood.spam.reason, "sentiment": understood.sentiment.reason}
    mention.reasons = reasons
    if understood.language.value:
        mention.language = understood.language.value
        reasons["language"] = understood.language.reason + (" (unsure)" if understood.language.unsure else "")
    mention.verdict = VERDICTS.get(understood.spam.value, Mention.Verdict.GOOD)
    if mention.verdict == Mention.Verdict.HIDDEN and mention.kind in NEVER_HIDDEN:
        mention.verdict = Mention.Verdict.QUEUED
    mention.spam_share = round(understood.spam.score, 4)
    tone = understood.sentiment
    mention.sentiment = Mention.Sentiment.UNSURE if tone.unsure or not tone.value else tone.value
    mention.negative_share = round(tone.share_of("negative"), 4) if tone.candidates else None
    mention.subject, mention.subject_share = "", None
    if understood.topic is not None and understood.topic.value:
        reasons["subject"] = understood.topic.reason
        mention.subject_share = round(understood.topic.confidence, 4)
        if not understood.topic.unsure:
            mention.subject = understood.topic.value[:60]
        reasons["subjects"] = [candidate.value for candidate in understood.topic.candidates[:3]]
    mention.terms = sorted({found.term for found in understood.terms})
    mention.lesson = batch.judge.lesson
    mention.understood_at, mention.poison = now, ""
    apply_corrections(mention, batch.corrections.get(mention.pk, {}))
    said = said_of(mention, batch.branches)
    batch.caught[mention.pk] = batch.audience.of(batch.matcher.match(said), mention, said.country)


def apply_corrections(mention: Mention, said: Mapping[str, str]) -> None:
    """Put people's words in the place of guesses."""
    for kind, value in said.items():
        match kind:
            case Correction.Kind.LANGUAGE:
                mention.language = value
            case Correction.Kind.SPAM:
                mention.verdict = Mention.Verdict.HIDDEN if value == "spam" else Mention.Verdict.GOOD
            case Correction.Kind.SENTIMENT:
                mention.sentiment = value
            case Correction.Kind.SUBJECT:
                mention.subject = value
            case Correction.Kind.BRANCH:
                mention.branch_id = int(value) if value else None
            case _:
                raise ValueError(f"Nothing is known of corrections of {kind}.")
        if kind != Correction.Kind.BRANCH:
            mention.reasons[kind] = "A person said so."


def said_of(mention: Mention, branches: Mapping[int, tuple[str, str]]) -> Said:
    """A mention as topics see it; its country is its author's, else that of the branch it was said to."""
    country = mention.country or branches.get(mention.branch_id or 0, ("", ""))[1]
    return Said(
        text=text_of(mention),
        language=mention.language.lower(),
        country=country.lower(),
        network=mention.network,
        author=mention.author_handle.lower().lstrip("@"),
    )


def _unchanged(mentions: Sequence[Mention]) -> set[int]:
    """Those whose words are still the ones that were understood; the others come again."""
    rows = Mention.objects.filter(pk__in=[mention.pk for mention in mentions])
    if connection.vendor == "postgresql":
        rows = rows.select_for_update().order_by("pk")
    now = {
        pk: (edited_at, gone_at) for pk, edited_at, gone_at in rows.values_list("pk", "edited_at", "gone_at")
    }
    return {mention.pk for mention in mentions if now.get(mention.pk) == (mention.edited_at, mention.gone_at)}


def write_guesses(mentions: Sequence[Mention]) -> None:
    """Write what is believed of them."""
    write_back(mentions, _GUESSED)


def _write_matches(mentions: Sequence[Mention], caught: Mapping[int, Sequence[Asked]]) -> None:
    TopicMatch.objects.filter(mention__in=[mention.pk for mention in mentions]).delete()
    TopicMatch.objects.bulk_create(
        TopicMatch(topic_id=asked.topic, version_id=asked.version, mention_id=mention.pk)
        for mention in mentions
        for asked in caught.get(mention.pk, ())
    )
