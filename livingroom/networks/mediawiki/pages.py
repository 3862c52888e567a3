"""Write posts and answers into a wiki, with the placement's key in the summary of the edit, where we find it again.

A post is a page of its own under the name typed at connecting (News/…), or a section of one page when that name has no
slash at its end. An answer is a section of the talk page, or lines under what somebody said there.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from livingroom.networks.errors import Forbidden, Gone, Invalid, OutcomeUnknown, SpecDrift
from livingroom.networks.interface import Published, Ref, Rendered
from livingroom.networks.keys import short_key
from livingroom.networks.mediawiki.answers import Occupied
from livingroom.networks.mediawiki.client import MediaWikiClient
from livingroom.networks.mediawiki.history import (
    Said,
    content_of,
    insert_under,
    moment,
    read_history,
    remove_said,
    replace_said,
)
from livingroom.networks.mediawiki.render import page_title, wikitext, words

Row = dict[str, Any]
CLOCK_SLACK = timedelta(minutes=10)
SAME_TITLES = 20
REVISIONS = "ids|timestamp|user|userid|comment|content"


def summary(text: str, key: str, answers: str = "") -> str:
    mark = f"[lr:{short_key(key)}{f' re:{answers}' if answers else ''}]"
    return f"{text[:120]} {mark}".strip()


def write_page(client: MediaWikiClient, rendered: Rendered, key: str) -> Published:
    """The wiki itself makes a page once only (createonly); if the title is taken, it may be by us, or we number ours."""
    where = client.settings.get("page", "")
    fields = {"text": wikitext(rendered), "summary": summary(rendered.title, key), "watchlist": "watch"}
    title = page_title(rendered.title)
    if where and not where.endswith("/"):
        answer = client.write("edit", title=where, section="new", sectiontitle=title, **fields)
        return _published(answer, key, is_page=False, client=client)
    for number in range(1, SAME_TITLES + 1):
        named = f"{where}{title}" + (f" ({number})" if number > 1 else "")
        try:
            return _published(
                client.write("edit", title=named, createonly=True, **fields), key, client=client
            )
        except Occupied:
            if found := find_written(client, key, None):
                return found
    raise Invalid(f"The wiki has {SAME_TITLES} pages of this title. Choose another.", "title")


def write_answer(client: MediaWikiClient, to: Ref, rendered: Rendered, key: str) -> Published:
    kind, number = split_ref(to)
    signed = f"{words(rendered)} ~~~~"
    if kind == "page":
        page = page_info(client, number)
        fields = {"section": "new", "sectiontitle": page_title(rendered.title), "text": signed}
        opening = summary(f"/* {page_title(rendered.title)} */", key)
        answer = client.write("edit", title=talk_title(page), summary=opening, watchlist="watch", **fields)
        return _published(answer, key, is_page=False, client=client)

    def note(said: Said) -> str:
        return summary(_section(said), key, answers=number)

    return _change(client, number, key, lambda text, said: insert_under(text, said, signed), note)


def edit_written(client: MediaWikiClient, ref: Ref, rendered: Rendered) -> Published:
    kind, number = split_ref(ref)
    if kind == "page":
        base = ref.version if ref.version.isdigit() else None
        answer = client.write(
            "edit",
            pageid=number,
            text=wikitext(rendered),
            nocreate=True,
            baserevid=base,
            summary=rendered.title[:120],
        )
        return _published(answer, "", client=client)
    signed = f"{words(rendered)} ~~~~"
    # The summary of the first version again: it says whom this answers, and carries the key.
    return _change(
        client, number, "", lambda text, said: replace_said(text, said, signed), lambda said: said.summary
    )


def take_out(client: MediaWikiClient, number: str) -> None:
    """Take what a revision said off the page; the history keeps it. Raises Gone when it stands there no more."""
    _change(client, number, "", remove_said, _section)


def _section(said: Said) -> str:
    return f"/* {said.section} */" if said.section else ""


def find_written(client: MediaWikiClient, key: str, since: datetime | None) -> Published | None:
    """Look for the key in the summaries of our own edits; an edit that was undone or whose page is gone does not count."""
    mark, wanted = f"[lr:{short_key(key)}", {"ucuser": client.settings.get("user", ""), "uclimit": "max"}
    if since:
        wanted["ucend"] = (since - CLOCK_SLACK).strftime("%Y-%m-%dT%H:%M:%SZ")
    for body in client.pages(list="usercontribs", ucprop="ids|title|comment|timestamp|tags", **wanted):
        for row in (body.get("query") or {}).get("usercontribs", []):
            if mark in str(row.get("comment", "")):
                return _found(client, row, key)
    return None


def _found(client: MediaWikiClient, row: Row, key: str) -> Published | None:
    at, number = moment(row["timestamp"]), str(row["revid"])
    where = client.settings.get("page", "")
    is_page = (
        not row.get("parentid") and int(row.get("ns", 0)) % 2 == 0 and (not where or where.endswith("/"))
    )
    if is_page:
        return Published(page_ref(client, row["pageid"], number), at, key)
    _, said = _page_of_revision(client, number)
    return Published(revision_ref(client, number), at, key) if said and said.stands else None


def _change(
    client: MediaWikiClient,
    number: str,
    key: str,
    change: Callable[[str, Said], str | None],
    note: Callable[[Said], str],
) -> Published:
    """Change the page around what a revision said; whoever edits it meanwhile is merged or refused by the wiki."""
    page, said = _page_of_revision(client, number)
    text, base = content_of(page["revisions"][-1]), page["revisions"][-1]
    changed = change(text, said) if said else None
    if said is None or changed is None:
        raise Gone("These words stand in the wiki no more.")
    answer = client.write(
        "edit",
        pageid=page["pageid"],
        text=changed,
        nocreate=True,
        baserevid=base["revid"],
        basetimestamp=base["timestamp"],
        summary=note(said),
    )
    return _published(answer, key, is_page=False, client=client)


def _page_of_revision(client: MediaWikiClient, number: str) -> tuple[Row, Said | None]:
    """The page with its history, and what this revision said on it. Raises Gone."""
    query = client.query(prop="info", revids=number).get("query") or {}
    if query.get("badrevids") or not query.get("pages"):
        raise Gone("The wiki has no such revision (any more).")
    page = {**query["pages"][0], "revisions": revisions_of(client, query["pages"][0]["pageid"])}
    history = read_history(page["revisions"])
    return page, next((said for said in history if said.revision == int(number)), None)


def revisions_of(client: MediaWikiClient, page_id: object) -> list[Row]:
    """The history of a page, oldest first, with words."""
    found: list[Row] = []
    asked = {"prop": "revisions", "rvprop": REVISIONS, "rvslots": "main", "rvdir": "newer", "rvlimit": 50}
    for body in client.pages(pageids=page_id, **asked):
        for page in (body.get("query") or {}).get("pages", []):
            found += page.get("revisions", [])
    return found


def page_info(client: MediaWikiClient, page_id: str) -> Row:
    """Raises Gone."""
    pages = (client.query(prop="info", pageids=page_id, inprop="talkid|url").get("query") or {}).get(
        "pages"
    ) or []
    if not pages or pages[0].get("missing"):
        raise Gone("This page is no longer in the wiki.")
    row: Row = pages[0]
    return row


def talk_title(page: Row) -> str:
    """Talk:Title of a page in the main namespace, News talk:Title of one in News."""
    title, namespace = str(page["title"]), int(page.get("ns", 0))
    if namespace % 2:
        return title
    if namespace == 0:
        return f"Talk:{title}"
    name, _, rest = title.partition(":")
    return f"{name} talk:{rest}"


def split_ref(ref: Ref) -> tuple[str, str]:
    """Kind and number of page:12 or rev:34. Raises Gone for a name that no wiki gives."""
    kind, _, number = ref.id.partition(":")
    if kind not in ("page", "rev") or not number.isdigit():
        raise Gone(f"{ref.id[:60]!r} is nothing in a MediaWiki.")
    return kind, number


def page_ref(client: MediaWikiClient, page_id: object, version: str = "") -> Ref:
    return Ref(f"page:{page_id}", version, f"{_index(client)}?curid={page_id}")


def revision_ref(client: MediaWikiClient, number: object) -> Ref:
    return Ref(f"rev:{number}", "", f"{_index(client)}?diff={number}")


def _index(client: MediaWikiClient) -> str:
    return re.sub(r"api\.php$", "index.php", client.settings.get("api", ""))


def _published(answer: Row, key: str, *, client: MediaWikiClient, is_page: bool = True) -> Published:
    """An answer to a write that we cannot read does not say that nothing was written."""
    edit = answer.get("edit") or {}
    if edit.get("result") != "Success":
        if "captcha" in edit:
            raise Forbidden("The wiki asks this account for a captcha.", "skipcaptcha")
        if edit.get("result") == "Failure":
            raise Forbidden(
                f"MediaWiki: {edit.get('info') or edit.get('code') or 'refused'}",
                str(edit.get("code", "edit")),
            )
        raise OutcomeUnknown("MediaWiki's answer does not say whether the edit was made.")
    try:
        at = moment(edit["newtimestamp"]) if "newtimestamp" in edit else moment(edit["curtimestamp"])
    except (KeyError, SpecDrift):
        at = client.now()
    number = str(edit.get("newrevid") or "")
    return Published(
        page_ref(client, edit["pageid"], number) if is_page else revision_ref(client, number), at, key
    )
