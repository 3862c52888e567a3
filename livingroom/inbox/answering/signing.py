"""An answer comes from somebody: the host's initials or name below it, as the branch's custom has it."""

from livingroom.branches.models import Branch, Host
from livingroom.inbox.answering.models import SigningCustom
from livingroom.people.models import Staff

How = SigningCustom.How


def host_of(staff: Staff | None, branch: Branch | None) -> Host | None:
    """The face that this person answers with: the one they have on this branch, else any of theirs."""
    if staff is None:
        return None
    theirs = Host.objects.filter(staff=staff)
    if branch is not None and (here := theirs.filter(branches=branch).first()):
        return here
    return theirs.first()


def custom_of(branch: Branch | None) -> str:
    """How a branch signs; initials until somebody says otherwise."""
    found = SigningCustom.objects.filter(branch=branch).values_list("how", flat=True).first()
    return str(found or How.INITIALS)


def signature(staff: Staff | None, branch: Branch | None) -> str:
    """What is written below an answer; nothing for a machine, which is no person."""
    how = custom_of(branch)
    if staff is None or how == How.NONE:
        return ""
    host = host_of(staff, branch)
    name = host.name if host else str(staff)
    if how == How.NAME:
        return f"– {name.split()[0]}"
    return f"^{host.initials if host else initials_of(name)}"


def signed(text: str, sign: str) -> str:
    """The words with their signature; signed once, even when somebody typed it."""
    words = text.strip()
    return words if not sign or words.endswith(sign) else f"{words} {sign}"


def initials_of(name: str) -> str:
    """AB for Anna Bell, An for Anna."""
    words = [word for word in name.split() if word[0].isalpha()]
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    return words[0][:2] if words else "?"
