"""Steps in words."""

from datetime import datetime
from typing import Any

from livingroom.inbox.models import Conversation, Step
from livingroom.shared.templatetags.words import when


def said(step: Step) -> str:
    """One step as a sentence without its subject: "assigned it to Ana"."""
    change: dict[str, Any] = step.change
    match step.verb:
        case "assigned":
            return f"assigned it to {change['to']}" if change.get("to") else "gave it back to all"
        case "moved to team":
            return f"gave it to {change['to']}" if change.get("to") else "took it from its team"
        case "set kind" | "set priority":
            return f"set its {step.verb.removeprefix('set ')} to {_shown(step.verb, change.get('to'))}"
        case "tagged":
            added, removed = ", ".join(change.get("added", [])), ", ".join(change.get("removed", []))
            return " and ".join(
                filter(None, [added and f"tagged it {added}", removed and f"took away the tag {removed}"])
            )
        case "snoozed":
            return f"put it away until {when(datetime.fromisoformat(change['until']))}"
        case "handed over":
            note = f" – {change['note']}" if change.get("note") else ""
            return f"handed it over to {change['channel']}: {change['number']}{note}"
        case "merged":
            return f"merged #{change.get('other')} into it"
        case "merged away":
            return f"merged it into #{change.get('other')}"
        case "split off":
            return f"split off {change.get('n', 0)} messages as #{change.get('other')}"
        case "split from":
            return f"split it off #{change.get('other')}"
        case "undid merge" | "undid split":
            return f"took back: {step.verb.removeprefix('undid ')} with #{change.get('other')}"
        case "routed":
            return "routed it"
        case "picked":
            return f"said it is about {change.get('to')}"
        case "escalated":
            told = ", ".join(change.get("told", []))
            return "raised the alarm" + (f" and told {told}" if told else "")
        case "marked as spam":
            return "marked it as spam"
        case "not spam":
            return "said it is no spam"
        case "woke":
            return "came back"
        case "closed":
            return "closed it"
        case "opened again":
            return "opened it again"
        case "waits for customer":
            return "waits for the customer"
    return step.verb


def _shown(verb: str, value: object) -> str:
    if verb == "set kind":
        return str(Conversation.Kind(str(value)).label).lower()
    return str(Conversation.Priority(int(str(value))).label).lower()
