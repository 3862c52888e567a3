"""A digest's frozen content in words: what page, mail and PDF all print."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from livingroom.ideas.models import Digest
from livingroom.measure.estimate import Estimate, NotEnoughData, answer_of_json
from livingroom.shared.templatetags.words import number, percent

Plain = dict[str, Any]


def view(digest: Digest) -> Plain:
    """Everything ready to print: no figure is worked out after this."""
    content = digest.content
    counts, before = content["counts"], content["counts_before"]
    return {
        "title": f"{content['board']}: {period_words(digest)}",
        "board": content["board"],
        "period": period_words(digest),
        "made_at": content["made_at"][:16].replace("T", " ") + " UTC",
        "lead": lead(content),
        "tiles": tiles(content),
        "happened": [
            {"label": label, "value": number(counts[key]), "before": number(before[key])}
            for key, label in (
                ("ideas", "New ideas"), ("votes", "Votes"), ("voters", "People who voted"),
                ("comments", "Comments"), ("answers", "Answers of ours"),
            )
        ],
        "rose": [_risen(row) for row in content["rose"]],
        "late": [
            {
                **row,
                "due": _day(row["due_on"]),
                "ago": f"{row['days_late']} day{'' if row['days_late'] == 1 else 's'}",
                "votes": number(row["votes"]),
            }
            for row in content["late"]
        ],
        "n_late": content["n_late"],
        "n_late_more": max(content["n_late"] - len(content["late"]), 0),
        "decided": [_decided(row) for row in content["decided"]],
        "shipped": [_decided(row) for row in content["shipped"]],
        "wanted": [_wanted(place, row) for place, row in enumerate(content["wanted"], start=1)],
        "storms": content["storms"],
        "load": [row for row in content["load"] if row["owed"]],
        "returned": content["returned"],
        "waiting": waiting(content),
        "definitions": definitions(content),
    }  # fmt: skip


def lead(content: Mapping[str, Any]) -> str:
    """The period in a sentence or two."""
    parts = [
        f"{_n(len(content['shipped']), 'idea')} shipped",
        f"{_n(len(content['decided']), 'other')} decided",
        f"{number(content['n_late'])} late" if content["n_late"] else "nothing is late",
    ]
    said = answer_of_json(content["kept"]["in_time"])
    kept = (
        f" {percent(said.value, 0)} of the answers that fell due in the 90 days before were given in time."
        if isinstance(said, Estimate)
        else ""
    )
    return f"{parts[0]}, {parts[1]}, {parts[2]}.{kept}"


def tiles(content: Mapping[str, Any]) -> list[Plain]:
    kept, before = content["kept"], content["kept_before"]
    in_time, days = answer_of_json(kept["in_time"]), answer_of_json(kept["days"])
    return [
        {
            "label": "Answered in time, 90 days",
            "value": _said(in_time, "share"),
            "note": _note(in_time, "share") + _change(before["in_time"], "share"),
        },
        {
            "label": "Days to an answer, median",
            "value": _said(days, "days"),
            "note": _note(days, "days") + _change(before["days"], "days"),
        },
        {
            "label": "Late now",
            "value": number(content["n_late"]),
            "note": f"promised within {content['promise_days']} days, from {content['line']} votes on",
        },
        {
            "label": "Votes",
            "value": number(content["counts"]["votes"]),
            "note": f"by {number(content['counts']['voters'])} people; {number(content['counts_before']['votes'])} before",
        },
    ]


def waiting(content: Mapping[str, Any]) -> list[str]:
    """What waits for a person, in sentences."""
    reviews = content["reviews"]
    found = []
    if n := reviews["groups"]:
        votes = _n(reviews["votes"], "vote")
        found.append(
            f"{_n(n, 'group')} of votes, {votes} together, {_are(n, 'waits', 'wait')} for a person’s eye; they do not count now."
        )
    if n := reviews["held"]:
        found.append(
            f"{_n(n, 'idea or comment', 'ideas and comments')} {_are(n, 'waits', 'wait')} to be let in."
        )
    if content["archiving"]:
        found.append(
            f"{_n(content['archiving'], 'idea')} will be archived by the rule unless somebody votes."
        )
    if content["merged"]:
        found.append(f"{_n(content['merged'], 'idea')} became part of another.")
    if content["archived"]:
        found.append(f"{_n(content['archived'], 'idea')} went into the archive by the rule.")
    return found


def definitions(content: Mapping[str, Any]) -> list[str]:
    return [
        f"Answered in time: of ideas whose answer fell due from {_day(content['kept']['since'])} to "
        f"{_day(content['kept']['until'])} ({_n(content['kept']['n_due'], 'idea')}), those decided with a reason on or "
        "before that day. Under review is no decision. The interval is Wilson’s, 95 %.",
        "Days to an answer: from the line to the decision; who still waits counts as waiting (Kaplan and Meier).",
        "Rose: places gained by verified votes; withheld votes count nowhere. Wanted: votes per exposure, the share of "
        "those who saw an idea and voted for it, with its 95 % interval.",
        f"Definitions of ideas, version {content['definitions']} (docs/methods/ideas.md).",
    ]


def period_words(digest: Digest) -> str:
    """3 to 9 March 2008: the last day is the one before the end."""
    first, last = digest.begins_on, digest.ends_on - timedelta(days=1)
    if first.year != last.year:
        return f"{first:%-d %B %Y} to {last:%-d %B %Y}"
    if first.month != last.month:
        return f"{first:%-d %B} to {last:%-d %B %Y}"
    return f"{first:%-d} to {last:%-d %B %Y}"


def _risen(row: Plain) -> Plain:
    before = row["place_before"]
    return {
        "id": row["id"],
        "title": row["title"],
        "place": number(row["place"]),
        "before": "new" if before is None else number(before),
        "gained": "" if before is None else f"+{before - row['place']}",
        "new_votes": f"+{number(row['new_votes'])}",
        "votes": number(row["votes"]),
    }


def _decided(row: Plain) -> Plain:
    told = row["told_by"]
    return {**row, "votes": number(row["votes"]), "told": ", ".join(told) if told else ""}


def _wanted(place: int, row: Plain) -> Plain:
    share = answer_of_json(row["per_exposure"])
    found: Plain = {
        "place": place,
        "id": row["id"],
        "title": row["title"],
        "votes": number(row["votes"]),
        "state": row["state"],
    }
    found["value"], found["note"] = _said(share, "share", 1), _note(share, "share")
    found["bar"] = [share.low, share.value, share.high] if isinstance(share, Estimate) else None
    return found


def _said(answer: Estimate | NotEnoughData, unit: str, decimals: int = 0) -> str:
    if isinstance(answer, NotEnoughData):
        return "–"
    return (
        percent(answer.value, decimals)
        if unit == "share"
        else number(answer.value, 0 if answer.value >= 10 else 1)
    )


def _note(answer: Estimate | NotEnoughData, unit: str) -> str:
    if isinstance(answer, NotEnoughData):
        return f"not enough data: {answer.reason}"
    low, high = (
        (
            percent(answer.low, 1 if answer.high < 0.2 else 0),
            percent(answer.high, 1 if answer.high < 0.2 else 0),
        )
        if unit == "share"
        else (number(answer.low, 1), "unknown" if answer.high == float("inf") else number(answer.high, 1))
    )
    return f"{low} to {high}, n = {number(answer.n)}"


def _change(before: Plain, unit: str) -> str:
    was = answer_of_json(before)
    return f"; {_said(was, unit)} before" if isinstance(was, Estimate) else ""


def _day(iso: str | None) -> str:
    return f"{date.fromisoformat(iso):%-d %b %Y}" if iso else "–"


def _n(n: int, one: str, many: str = "") -> str:
    return f"{number(n)} {one if n == 1 else many or one + 's'}"


def _are(n: int, one: str, many: str) -> str:
    return one if n == 1 else many
