"""Read a query. Pure.

    notebook* AND (overheat* OR "caught fire") NEAR/5 battery lang:en -giveaway from:@somebody

Words beside each other must all be there. AND binds more than OR, NOT and a minus more than both, NEAR most.
"""

import re
from dataclasses import dataclass

from livingroom.listening.topics.folding import words_in_term
from livingroom.listening.topics.tree import All, AnyOf, Either, Field, Near, Node, Not, Terms, Words

LONGEST = 4000
DEEPEST = 30
FARTHEST = 50
FIELDS = {"lang": "lang", "language": "lang", "country": "country", "network": "network", "from": "from"}
_TOKEN = re.compile(
    r"""(?P<space>\s+)|(?P<open>\()|(?P<close>\))|(?P<quote>"(?P<inside>[^"]*)"(?P<quotestar>\*)?)
      |(?P<near>NEAR(?:/(?P<far>\d+))?(?=[\s("]|$))|(?P<word>AND|OR|NOT)(?=[\s()"]|$)
      |(?P<minus>-)(?=[\w"(@\#])|(?P<field>[A-Za-z]+):(?P<value>"[^"]*"|[^\s()"]+)?|(?P<term>[^\s()"]+)""",
    re.VERBOSE,
)


class QueryProblem(Exception):
    """What is wrong with a query, and where: signs `start` to `end` of it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        super().__init__(text)
        self.text, self.start, self.end = text, start, max(end, start + 1)


@dataclass(frozen=True)
class Token:
    kind: str
    start: int
    end: int
    node: Node | None = None
    far: int = 0


def parse(query: str) -> Node:
    """Return what the query means. Raises QueryProblem, which points to the place."""
    if len(query) > LONGEST:
        raise QueryProblem(f"A query has at most {LONGEST:,} signs.", LONGEST, len(query))
    tokens = list(_tokens(query))
    if not tokens:
        raise QueryProblem("Write what to listen for, such as notebook AND battery.", 0, 1)
    reader = _Reader(tokens, len(query))
    node = reader.any_of(0)
    if reader.at < len(tokens):
        left = tokens[reader.at]
        raise QueryProblem("This bracket closes nothing.", left.start, left.end)
    if not wants_something(node):
        raise QueryProblem(
            "This would catch all that is said: name a word, a country or an author, too.", 0, len(query)
        )
    return node


def wants_something(node: Node) -> bool:
    """Whether a query asks for something to be there, and not only for things to be absent or in one language."""
    match node:
        case All(parts):
            return any(wants_something(part) for part in parts)
        case AnyOf(parts):
            return all(wants_something(part) for part in parts)
        case Not():
            return False
        case Field(name):
            return name in {"country", "from"}
        case _:
            return True


def _tokens(query: str) -> "list[Token]":
    found, at = [], 0
    while at < len(query):
        match = _TOKEN.match(query, at)
        if match is None:
            raise QueryProblem("This quote is never closed.", at, len(query))
        if match.lastgroup != "space":
            found.append(_token(match))
        at = match.end()
    return found


def _token(match: re.Match[str]) -> Token:
    start, end = match.span()
    if match["quote"] is not None:
        inside = match["inside"].rstrip()
        is_prefix = bool(match["quotestar"]) or inside.endswith("*")
        return Token("node", start, end, _words(inside.removesuffix("*"), is_prefix, start, end))
    if match["near"]:
        far = int(match["far"] or 5)
        if not 1 <= far <= FARTHEST:
            raise QueryProblem(f"NEAR takes a distance from 1 to {FARTHEST} words.", start, end)
        return Token("near", start, end, far=far)
    if match["word"]:
        return Token(match["word"].lower(), start, end)
    if match["field"]:
        return _field(match)
    for kind in ("open", "close", "minus"):
        if match[kind]:
            return Token(kind, start, end)
    term = match["term"]
    return Token("node", start, end, _words(term.rstrip("*"), term.endswith("*"), start, end))


def _field(match: re.Match[str]) -> Token:
    start, end = match.span()
    name, value = FIELDS.get(match["field"].lower()), (match["value"] or "").strip('"')
    if name is None:
        known = ", ".join(f"{each}:" for each in ("lang", "country", "network", "from"))
        raise QueryProblem(
            f"{match['field']}: is not known; there are {known}. Put a text with a colon in quotes.",
            start,
            end,
        )
    if not value:
        raise QueryProblem(f"Write a value right after {match['field']}: , without a space.", start, end)
    if name in {"lang", "country"} and not re.fullmatch(r"[A-Za-z]{2}(-[A-Za-z]{2,4})?", value):
        raise QueryProblem(f"{match['field']}: takes a code of two letters, such as pt.", start, end)
    return Token("node", start, end, Field(name, value.lower().lstrip("@")))


def _words(term: str, is_prefix: bool, start: int, end: int) -> Words:
    words = words_in_term(term)
    if not words:
        raise QueryProblem("There is no word in this.", start, end)
    if "*" in term:
        raise QueryProblem("A * stands at the end of a word only.", start, end)
    if is_prefix and len(words[-1]) < 2:
        raise QueryProblem("Write at least two letters before the *.", start, end)
    return Words(words, is_prefix)


class _Reader:
    """Goes through the tokens once: any_of > all_of > one > near."""

    def __init__(self, tokens: list[Token], length: int) -> None:
        self.tokens, self.length, self.at = tokens, length, 0

    @property
    def kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else "end"

    def any_of(self, depth: int) -> Node:
        parts = [self.all_of(depth)]
        while self.kind == "or":
            self.at += 1
            parts.append(self.all_of(depth))
        return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))

    def all_of(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.kind in {"and", "node", "open", "not", "minus"}:
            if self.kind == "and":
                self.at += 1
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def one(self, depth: int) -> Node:
        if self.kind in {"not", "minus"}:
            self.at += 1
            if depth >= DEEPEST:
                self._fail("The query is nested too deep.")
            return Not(self.one(depth + 1))
        node = self.atom(depth)
        while self.kind == "near":
            near = self.tokens[self.at]
            left = _terms(node)
            self.at += 1
            right = _terms(self.atom(depth))
            if left is None or right is None:
                text = "NEAR stands between words, phrases, or words joined by OR in brackets."
                raise QueryProblem(text, near.start, near.end)
            node = Near(left, right, near.far)
        return node

    def atom(self, depth: int) -> Node:
        if self.kind == "node":
            node = self.tokens[self.at].node
            self.at += 1
            assert node is not None
            return node
        if self.kind != "open":
            self._fail("Here a word is missing.")
        opened = self.tokens[self.at]
        if depth >= DEEPEST:
            self._fail("The query is nested too deep.")
        self.at += 1
        node = self.any_of(depth + 1)
        if self.kind != "close":
            raise QueryProblem("This bracket is never closed.", opened.start, opened.end)
        self.at += 1
        return node

    def _fail(self, text: str) -> None:
        here = self.tokens[self.at] if self.at < len(self.tokens) else None
        start = here.start if here else max(self.length - 1, 0)
        raise QueryProblem(text, start, here.end if here else self.length)


def _terms(node: Node) -> Terms | None:
    if isinstance(node, Words):
        return node
    if isinstance(node, AnyOf) and all(isinstance(part, Words) for part in node.parts):
        return Either(tuple(part for part in node.parts if isinstance(part, Words)))
    return None
