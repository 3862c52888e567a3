"""What authors and the public read about moderation, in the languages we have. Another: copy a block of words.json."""

import json
from pathlib import Path

from livingroom.inbox.moderation.models import Ruling
from livingroom.inbox.moderation.queries import Quarter
from livingroom.shared.tongues import Words, day_in

WORDS: dict[str, Words] = json.loads((Path(__file__).parent / "words.json").read_text(encoding="utf-8"))
REASONS = {str(reason.label): reason.value for reason in Ruling.Reason}


def said_of_quarter(quarter: Quarter, language: str) -> dict[str, object]:
    """One quarter of the public log, ready to print."""
    words = WORDS[language]
    counted = [
        words[key].format(n=n)
        for key, n in (
            ("looked", quarter.n_looked_at),
            ("hidden", quarter.n_hidden),
            ("banned", quarter.n_banned),
            ("appeals", quarter.n_appeals),
            ("turned", quarter.n_turned),
        )
    ]
    return {
        "name": words["quarter"].format(year=quarter.year, quarter=quarter.number),
        "counted": ", ".join(counted) + ".",
        "by_reason": [(words[REASONS[reason]], n) for reason, n in quarter.by_reason.items()],
        "by_network": quarter.by_network,
    }


def said_of_ruling(ruling: Ruling, network: str, language: str) -> dict[str, str]:
    """What its author reads of a decision: what was hidden and why, and what became of the other look."""
    words = WORDS[language]
    hidden = words["said"].format(network=network, day=day_in(ruling.at.date(), language))
    because = words["because_of"].format(reason=words[ruling.reason])
    banned = words["ban"] if ruling.verdict == Ruling.Verdict.BAN else ""
    return {"lead": " ".join(filter(None, (hidden, banned, because))), "appeal": _appeal(ruling, language)}


def _appeal(ruling: Ruling, language: str) -> str:
    words = WORDS[language]
    at = ruling.appealed_at if ruling.appeal == Ruling.Appeal.ASKED else ruling.appeal_settled_at
    if not ruling.appeal or at is None:
        return ""
    key = {Ruling.Appeal.ASKED: "asked", Ruling.Appeal.KEPT: "kept"}.get(
        Ruling.Appeal(ruling.appeal), "taken_back"
    )
    said = words[key].format(day=day_in(at.date(), language))
    return f"{said} {words['there']}" if key == "taken_back" and ruling.is_hidden_there else said
