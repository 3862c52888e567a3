"""One idea as linked data (schema.org), for machines that search."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from livingroom.ideas.models import Idea
from livingroom.ideas.portal.addresses import absolute, idea_path
from livingroom.ideas.portal.pictures import Shown
from livingroom.ideas.portal.threads import Said
from livingroom.ideas.text import plain_of

# In a script's content nothing may end the script; escaped like this it is the same JSON.
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
N_COMMENTS = 10


def as_linked_data(idea: Idea, pictures: Iterable[Shown], threads: Iterable[Said]) -> SafeString:
    url = absolute(idea_path(idea))
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": url,
        "url": url,
        "headline": idea.title,
        "text": plain_of(idea.text, 5000) or idea.title,
        "inLanguage": idea.language,
        "author": {"@type": "Person", "name": idea.author_name},
        "datePublished": (idea.public_at or idea.made_at).isoformat(),
        "dateModified": max(filter(None, (idea.state_at, idea.edited_at))).isoformat(),
        "commentCount": idea.n_comments,
        "creativeWorkStatus": idea.state,
        "interactionStatistic": [
            _counted("LikeAction", idea.n_for),
            _counted("CommentAction", idea.n_comments),
        ],
        "image": [absolute(picture.url) for picture in pictures],
        "comment": [
            _comment(said) for said in list(threads)[:N_COMMENTS] if not said.is_gone and not said.is_held
        ],
    }
    told = {name: value for name, value in told.items() if value not in ([], "")}
    written = json.dumps(told, ensure_ascii=False).translate(_ESCAPES)
    return mark_safe(written)  # noqa: S308 - escaped right above


def _counted(kind: str, n: int) -> dict[str, Any]:
    return {
        "@type": "InteractionCounter",
        "interactionType": f"https://schema.org/{kind}",
        "userInteractionCount": n,
    }


def _comment(said: Said) -> dict[str, Any]:
    kind = "Organization" if said.is_ours else "Person"
    return {
        "@type": "Comment",
        "text": plain_of(said.comment.text, 1000),
        "dateCreated": said.comment.at.isoformat(),
        "author": {"@type": kind, "name": said.author},
    }
