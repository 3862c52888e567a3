"""Meta's own description of its Graph API, as a Specification: which node has which edges, parameters and fields.

An address there says nothing of its kind (`/v25.0/123/comments`), so the stage says what each number is. Names that all of
the Graph API understands (`fields`, paging, the proof) stand in GENERAL.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.networks.specifications import Operation, Parameter, shared_file

VERSION = "v25.0"
GENERAL = frozenset({"fields", "limit", "after", "before", "since", "until", "appsecret_proof"})
NodeOf = Callable[[str], str]
# Kinds that answers name and the folder describes under another name.
KINDS = {"Profile": "", "Application": "", "Object": "", "InsightsResult": "", "InstagramInsightsResult": ""}


@cache
def node(kind: str) -> Mapping[str, Any]:
    found: dict[str, Any] = json.loads(shared_file(f"meta-graph/{kind}.json").read_text())
    return found


@cache
def choices() -> Mapping[str, list[str]]:
    rows = json.loads(shared_file("meta-graph/enum_types.json").read_text())
    return {row["name"]: row["values"] for row in rows}


class MetaGraph:
    def __init__(self, kind_of: NodeOf) -> None:
        self._kind_of = kind_of

    def find(self, method: str, path: str) -> Operation | None:
        if path == "/":
            return Operation("batch", body=self._check_batch, body_required=True)
        parts = path.strip("/").split("/")
        if parts[0] != VERSION or len(parts) not in (2, 3):
            return None
        if self._kind_of(parts[1]) == "Container" and method == "GET" and len(parts) == 2:
            return replace(CONTAINER, path_values={"id": parts[1]})
        kind, edge = self._kind_of(parts[1]), parts[2] if len(parts) == 3 else ""
        return operation(kind, method, edge, parts[1]) if kind else None

    def _check_batch(self, body: Any) -> list[str]:
        problems = []
        for each in json.loads(body["batch"]):
            address = urlsplit(f"/{each['relative_url']}")
            found = self.find(each["method"], address.path)
            problems += query_problems(found, address.query) if found else [f"nothing at {address.path}"]
        return problems


# The folder has no container of Instagram's; its fields stand at
# https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-container
CONTAINER_FIELDS = {"id", "status", "status_code"}
CONTAINER = Operation(
    "Container GET",
    (
        Parameter(
            "fields",
            check=lambda text: [f"no {n}" for n in str(text).split(",") if n not in CONTAINER_FIELDS],
        ),
    ),
)


def operation(kind: str, method: str, edge: str, name: str) -> Operation | None:
    for told in node(kind)["apis"]:
        if told["method"] == method and told.get("endpoint", "").strip("/") == edge:
            return _operation(kind, told, edge, name)
    return None


def _operation(kind: str, told: Mapping[str, Any], edge: str, name: str) -> Operation:
    answers = kind if not edge else str(told.get("return", ""))
    parameters = tuple(
        Parameter(each["name"], "query", bool(each.get("required")), {}, _check(each["type"]))
        for each in told["params"]
    )
    is_write = told["method"] != "GET"
    fields = Parameter("fields", check=lambda text: _field_problems(answers, str(text)))
    return Operation(
        name=f"{kind} {told['method']} {edge}".strip(),
        parameters=() if is_write else (*parameters, fields),
        path_values={"id": name},
        body=(lambda body: _form_problems(parameters, body or {})) if is_write else None,
        body_required=is_write and any(each.required for each in parameters),
        answer=(lambda status, body: [])
        if is_write
        else (lambda status, body: _answer_problems(answers, body)),
    )


def query_problems(found: Operation, query: str) -> list[str]:
    problems = []
    known = {each.name: each for each in found.parameters}
    for name, values in parse_qs(query).items():
        if name in known:
            problems += known[name].problems(values)
        elif name not in GENERAL:
            problems.append(f"query parameter {name} is not known")
    return problems


def _form_problems(parameters: tuple[Parameter, ...], body: Mapping[str, str]) -> list[str]:
    known = {each.name: each for each in parameters}
    problems = [f"{name} is not known" for name in body if name not in known]
    problems += [f"{each.name} is missing" for each in parameters if each.required and each.name not in body]
    for name, value in body.items():
        problems += known[name].problems([value]) if name in known else []
    return problems


def _check(kind: str) -> Callable[[Any], list[str]]:
    def check(value: Any) -> list[str]:
        text = str(value)
        listed = re.fullmatch(r"list<(.+)>", kind)
        if listed:
            each = json.loads(text) if text.startswith("[") else text.split(",")
            return [problem for one in each for problem in _check(listed.group(1))(one)]
        if kind in choices():
            return [] if text in choices()[kind] else [f"{text} is none of {kind}"]
        pattern = {"bool": "true|false|1|0", "int": r"-?\d+", "unsigned int": r"\d+"}.get(kind)
        if kind == "datetime":
            pattern = r"\d{9,}|\d{4}-\d\d-\d\dT.+"
        return [] if pattern is None or re.fullmatch(pattern, text) else [f"{text!r} is no {kind}"]

    return check


def names_in(text: str) -> dict[str, str]:
    """The names of `a,b.limit(1){c,d}` and what stands in braces behind each."""
    found: dict[str, str] = {}
    depth, start = 0, 0
    for index, letter in enumerate(text + ","):
        depth += (letter in "{(" and 1) or (letter in "})" and -1) or 0
        if letter == "," and depth == 0:
            name = re.match(r"\w+", text[start:index])
            inner = re.search(r"\{(.*)\}$", text[start:index])
            if name:
                found[name.group()] = inner.group(1) if inner else ""
            start = index + 1
    return found


def _field_problems(kind: str, text: str) -> list[str]:
    if KINDS.get(kind, kind) == "" or not _is_described(kind):
        return []
    problems = []
    for name, inner in names_in(text).items():
        if name not in _fields(kind) | set(_edges(kind)):
            problems.append(f"{kind} has no field {name}")
        elif inner and name in _edges(kind):
            problems += _field_problems(_edges(kind)[name], inner)
    return problems


def _answer_problems(kind: str, body: Any) -> list[str]:
    """What our stage says must be a thing that Meta could say."""
    if KINDS.get(kind, kind) == "" or not _is_described(kind) or not isinstance(body, dict):
        return []
    rows = body["data"] if isinstance(body.get("data"), list) else [body]
    known = _fields(kind) | set(_edges(kind)) | {"paging"}
    return [f"{kind} has no field {name}" for row in rows for name in row if name not in known]


def _is_described(kind: str) -> bool:
    return shared_file("meta-graph").joinpath(f"{kind}.json").exists()


def _fields(kind: str) -> set[str]:
    return {each["name"] for each in node(kind)["fields"]}


def _edges(kind: str) -> dict[str, str]:
    return {
        each["endpoint"].strip("/"): each.get("return", "")
        for each in node(kind)["apis"]
        if each["method"] == "GET" and each.get("endpoint")
    }
