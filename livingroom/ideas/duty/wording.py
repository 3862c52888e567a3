"""What a member is written: what became of it, and how it is theirs: their idea, their vote, their words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.urls import NoReverseMatch, reverse

from livingroom.ideas.duty.words import day_in, words_in
from livingroom.ideas.models import Comment, Idea, Telling, Vote
from livingroom.ideas.portal.addresses import absolute, idea_path
from livingroom.people.members.letters import News
from livingroom.people.models import Member
from livingroom.shared.models import Brand
from livingroom.shared.tongues import Words

QUOTED = 200


@dataclass
class Ties:
    """How a part of the members are tied to an idea."""

    own: dict[int, str] = field(default_factory=dict)
    votes: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    said: dict[int, str] = field(default_factory=dict)


def news_of_idea(telling: Telling, members: Sequence[Member]) -> list[News]:
    """What these members are told of an idea, each in their language."""
    idea = telling.idea
    assert idea is not None
    ties, brand = _ties(idea, members), Brand.current().name
    return [_news(telling, idea, member, ties, brand) for member in members]


def news_of_storm(telling: Telling, member: Member) -> News:
    """What somebody who took part is told of a storm session's end."""
    storm = telling.storm
    assert storm is not None
    words, brand = words_in(member.language), Brand.current().name
    text = words["summed_up_text"].format(
        topic=storm.topic, summary=storm.summary, who=storm.host or brand, brand=brand
    )
    return News(
        member.pk,
        f"storm {storm.pk} summed up {telling.pk}",
        f"storm {storm.pk}",
        words["summed_up_subject"].format(topic=storm.topic),
        text,
        absolute(storm_path(telling)),
    )


def storm_path(telling: Telling) -> str:
    storm = telling.storm
    assert storm is not None
    try:
        return reverse("idea_storm", args=[storm.board.slug, storm.slug])
    except NoReverseMatch:
        return reverse("idea_board", args=[storm.board.slug])


def relation(idea: Idea, member: Member, ties: Ties) -> str:
    """How it is theirs; several lines when they also spoke."""
    words, number = words_in(member.language), member.pk
    if number in ties.own:
        own = ties.own[number]
        key = "yours" if own == idea.title else "yours_merged"
        lines = [words[key].format(title=idea.title, own=own)]
    elif number in ties.votes:
        sign, at = ties.votes[number]
        key = "for" if sign > 0 else "against"
        lines = [words[key].format(title=idea.title, day=day_in(member.language, at))]
    else:
        lines = [words["follow"].format(title=idea.title)]
    if number in ties.said:
        lines.append(words["said"].format(words=ties.said[number]))
    return "\n".join(lines)


def _news(telling: Telling, idea: Idea, member: Member, ties: Ties, brand: str) -> News:
    words, page = words_in(member.language), absolute(idea_path(idea))
    how = relation(idea, member, ties)
    if telling.what == Telling.What.ARCHIVING:
        subject, text = _archiving(words, idea, member, how, telling.at)
        return News(
            member.pk, f"idea {idea.pk} archiving {telling.pk}", f"idea {idea.pk}", subject, text, page
        )
    answer = telling.answer
    assert answer is not None
    is_shipped, is_again = telling.what == Telling.What.SHIPPED, answer.before == answer.state
    said = {
        "title": idea.title, "state": words[answer.state], "reason": answer.reason, "who": answer.staff or brand,
        "brand": brand, "relation": how,
    }  # fmt: skip
    key = "shipped" if is_shipped and not is_again else "answered"
    text = words["again_text" if is_again else f"{key}_text"].format(**said)
    if is_shipped and answer.url:
        text += f"\n\n{words['release'].format(url=answer.url)}"
    return News(
        member.pk,
        f"idea {idea.pk} {answer.state} {answer.pk}",
        f"idea {idea.pk}",
        words[f"{key}_subject"].format(**said),
        text,
        page,
    )


def _archiving(words: Words, idea: Idea, member: Member, how: str, at: datetime) -> tuple[str, str]:
    from livingroom.ideas.archiving import ANNOUNCED_FOR

    said = {
        "title": idea.title, "relation": how, "months": idea.board.archive_after_months,
        "line": idea.board.answer_line, "day": day_in(member.language, at + ANNOUNCED_FOR),
    }  # fmt: skip
    return words["archiving_subject"].format(**said), words["archiving_text"].format(**said)


def _ties(idea: Idea, members: Sequence[Member]) -> Ties:
    """What these members have to do with it: three queries, however many they are."""
    numbers = [member.pk for member in members]
    own = Idea.objects.filter(member__in=numbers, merged_into=idea) | Idea.objects.filter(
        member__in=numbers, pk=idea.pk
    )
    ties = Ties()
    for member, title, number in own.values_list("member", "title", "pk"):
        if member is not None and (number == idea.pk or member not in ties.own):
            ties.own[member] = title
    votes = Vote.objects.filter(root=idea, member__in=numbers, stands=True)
    ties.votes = {member: (sign, at) for member, sign, at in votes.values_list("member", "sign", "at")}
    comments = Comment.objects.filter(root=idea, member__in=numbers, standing=Comment.Standing.PUBLIC)
    for member, text in comments.order_by("at", "pk").values_list("member", "text"):
        if member is not None:
            plain = " ".join(text.split())
            ties.said[member] = plain if len(plain) <= QUOTED else plain[: QUOTED - 1] + "…"
    return ties
