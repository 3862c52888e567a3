"""Topics that the forum calls solved: those with an accepted answer. Plain Python, no Django. https://docs.discourse.org

The search finds posts of such topics, newest first. Where it names the topics too, as forums do, their titles are taken
from there; else each topic is asked for its own.
"""

from datetime import datetime
from typing import Any

from livingroom.networks.discourse import posts
from livingroom.networks.discourse.client import DiscourseClient
from livingroom.networks.errors import Forbidden, Gone, SpecDrift
from livingroom.networks.interface import Ref, Solved, SolvedPage

Body = dict[str, Any]
QUERY = "status:solved status:public order:latest_topic"
# Discourse answers no page beyond the tenth.
LAST_PAGE = 10


def read_solved(client: DiscourseClient, server_url: str, cursor: str) -> SolvedPage:
    """One page of the search."""
    page = int(cursor) if cursor.isdigit() else 1
    body = client.read("/search.json", {"q": QUERY, "page": page})
    rows, result = body.get("posts"), body.get("grouped_search_result") or {}
    if not isinstance(rows, list):
        raise SpecDrift("What Discourse found is not a list.")
    titles = {topic.get("id"): topic for topic in body.get("topics") or []}
    newest: dict[int, datetime] = {}
    for row in rows:
        topic_id, at = int(row["topic_id"]), posts.moment(row.get("created_at"))
        newest[topic_id] = max(at, newest.get(topic_id, at))
    found = [_solved(client, server_url, titles.get(number), number, at) for number, at in newest.items()]
    more = bool(result.get("more_full_page_results")) and page < LAST_PAGE
    return SolvedPage(tuple(one for one in found if one), str(page + 1) if more else "")


def _solved(
    client: DiscourseClient, server_url: str, topic: Body | None, number: int, at: datetime
) -> Solved | None:
    if topic is None:
        try:
            topic = client.read(f"/t/{number}.json")
        except (Gone, Forbidden):
            return None  # taken down meanwhile, or not for everybody
    title = str(topic.get("title") or "").strip()
    # A forum without answers to accept does not know the word in the query and takes it for one to look for.
    if not title or topic.get("archetype") == "private_message" or topic.get("has_accepted_answer") is False:
        return None
    # Always our own forum's address with the number: nothing that somebody wrote leads elsewhere.
    return Solved(Ref(str(number), "", f"{server_url}/t/{number}"), title, at)
