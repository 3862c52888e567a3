"""Writing the letter that signs somebody in and does what they asked for: from the page, and for apps of the house."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from livingroom.people.members.operations import LETTERS_AN_HOUR_FROM, ask_to_sign_in
from livingroom.people.members.words import words_in
from livingroom.shared.models import Brand


def ask_by_letter(
    *, mail: str, name: str, language: str, network: str, agent: str, visitor: str, deed: list[Any] | None, back: str,
    now: datetime, most_from: int = LETTERS_AN_HOUR_FROM,
) -> Callable[[], str]:  # fmt: skip
    """Keep the letter, and return what sends it; that returns the link in it. Raises TooMany, CannotDo."""
    secret = ask_to_sign_in(
        mail=mail, name=name, language=language, country="", network=network, agent=agent, visitor=visitor,
        deed=deed, back=back, now=now, most_from=most_from,
    )  # fmt: skip

    def send() -> str:
        words, brand = words_in(language), Brand.current().name
        link = settings.PUBLIC_URL + reverse("member_letter", args=[secret])
        EmailMessage(
            subject=words["letter_subject"].format(brand=brand),
            body=f"{words['letter_text'].format(brand=brand)}\n\n{link}\n\n{words['letter_else']}\n",
            to=[mail],
            headers={"Auto-Submitted": "auto-generated"},
        ).send()
        return link

    return send
