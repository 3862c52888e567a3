"""A vendor's specification as operations that can check a request. Two readers: OpenAPI (3.0, 3.1) and Google discovery;
a specification in a form of its own is a class with `find`, which answers with Operations made by hand.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import pytest
from jsonschema import Draft4Validator, Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

SHARED = Path(os.environ.get("LIVINGROOM_SHARED") or Path(__file__).resolve().parents[3] / "shared")
METHODS = ("get", "post", "put", "patch", "delete")
Schema = Mapping[str, Any]
Check = Callable[[Any], list[str]]


@dataclass(frozen=True)
class Parameter:
    """One thing in path, query or header. `check` gets the text as JSON would have it and says what is wrong."""

    name: str
    place: str = "query"
    required: bool = False
    schema: Schema = field(default_factory=dict)
    check: Check = lambda value: []
    explode: bool = True

    def problems(self, values: list[str]) -> list[str]:
        wants_list = self.schema.get("type") == "array"
        texts = values if self.explode or not wants_list else [t for v in values for t in v.split(",")]
        items = self.schema.get("items", {}) if wants_list else self.schema
        read = [as_json(text, items) for text in texts]
        said = self.check(read if wants_list else read[-1])
        return [f"{self.place} parameter {self.name}: {problem}" for problem in said]


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked. `body` checks a body as JSON; `answer` checks what our stage answers."""

    name: str
    parameters: tuple[Parameter, ...] = ()
    path_values: Mapping[str, str] = field(default_factory=dict)
    body: Check | None = None
    body_required: bool = False
    media_types: tuple[str, ...] = ()
    answer: Callable[[int, Any], list[str]] = lambda status, body: []
    loose_names: frozenset[str] = frozenset()
    """Query names that the specification forgets and the vendor's documentation has; each stage says which."""


class Specification(Protocol):
    def find(self, method: str, path: str) -> Operation | None:
        """The operation of a request; None where the specification has none."""


def shared_file(name: str) -> Path:
    """A specification file, or a skipped test where the folder is absent."""
    path = SHARED / "specs" / name
    if not path.exists():
        pytest.skip(
            f"{path} is absent: this network is proven against its vendor's specification only where that is"
        )
    return path


def as_json(text: str, schema: Schema) -> Any:
    """A value from a query as its schema's type; what does not read stays text, and the schema then refuses it."""
    kinds = schema.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "boolean" in kinds and text in ("true", "false"):
        return text == "true"
    if "integer" in kinds and re.fullmatch(r"-?\d+", text):
        return int(text)
    if "number" in kinds and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    return text


class OpenApi:
    """An OpenAPI document, 3.0 or 3.1."""

    def __init__(self, document: dict[str, Any]) -> None:
        modern = str(document["openapi"]).startswith("3.1")
        self.document: dict[str, Any] = _repaired(document)
        self._validator: type[Validator] = Draft202012Validator if modern else Draft4Validator
        resource: Resource[Any] = Resource(self.document, DRAFT202012 if modern else DRAFT4)
        self._registry: Registry[Any] = Registry().with_resource("spec:", resource)
        self._templates = [(_pattern(path), path) for path in document["paths"]]
        # A path without variables wins over one with: /statuses/idempotency over /statuses/{id}.
        self._templates.sort(key=lambda pair: pair[1].count("{"))

    def find(self, method: str, path: str) -> Operation | None:
        for pattern, template in self._templates:
            matched = pattern.fullmatch(path)
            if matched and method.lower() in self.document["paths"][template]:
                return self._operation(method.lower(), template, matched.groupdict())
        return None

    def check(self, *pointer: str) -> Check:
        """A check against the schema at this place of the document; references inside it are followed."""
        place = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in pointer)
        validator = self._validator({"$ref": f"spec:#{place}"}, registry=self._registry)  # type: ignore[call-arg]  # the Protocol of jsonschema's stubs knows no registry
        return lambda value: [_said(error) for error in validator.iter_errors(value)]

    def _operation(self, method: str, template: str, names: Mapping[str, str]) -> Operation:
        told = self.document["paths"][template][method]
        place = ("paths", template, method)
        contents = self._follow(told.get("requestBody", {}))
        media = contents.get("content", {})
        return Operation(
            name=told.get("operationId") or f"{method.upper()} {template}",
            parameters=tuple(self._parameters(template, method)),
            path_values={_unmangle(template, name): value for name, value in names.items()},
            body=self._body(place, told, media),
            body_required=bool(contents.get("required")),
            media_types=tuple(media),
            answer=lambda status, body: self._answer(place, told, status, body),
        )

    def _parameters(self, template: str, method: str) -> Iterable[Parameter]:
        for place in (("paths", template), ("paths", template, method)):
            for number, told in enumerate(_at(self.document, place).get("parameters", [])):
                pointer = _pointer(told) or (*place, "parameters", str(number))
                told = _at(self.document, pointer)
                schema = self._follow(told.get("schema", {}))
                yield Parameter(
                    told["name"],
                    told["in"],
                    bool(told.get("required")),
                    schema,
                    self.check(*pointer, "schema"),
                    bool(told.get("explode", told.get("style", "form") == "form")),
                )

    def _body(self, place: tuple[str, ...], told: Any, media: Mapping[str, Any]) -> Check | None:
        if not media:
            return None
        start = _pointer(told["requestBody"]) or (*place, "requestBody")
        kind = "application/json" if "application/json" in media else next(iter(media))
        return self.check(*start, "content", kind, "schema") if "schema" in media[kind] else None

    def _answer(self, place: tuple[str, ...], told: Any, status: int, body: Any) -> list[str]:
        status_name = str(status) if str(status) in told["responses"] else "default"
        found = told["responses"].get(status_name)
        if found is None:
            return [] if status >= 400 else [f"the specification knows no answer {status}"]
        start = _pointer(found) or (*place, "responses", status_name)
        if "schema" not in self._follow(found).get("content", {}).get("application/json", {}):
            return []
        return self.check(*start, "content", "application/json", "schema")(body)

    def _follow(self, told: Any) -> Any:
        while pointer := _pointer(told):
            told = _at(self.document, pointer)
        return told


class Discovery(OpenApi):
    """A Google discovery document, read as OpenAPI."""

    def __init__(self, document: dict[str, Any]) -> None:
        base = "/" + document["servicePath"].strip("/")
        paths: dict[str, Any] = {}
        for told in _methods(document):
            path = "/" + told["path"] if document["servicePath"] == "" else f"{base}/{told['path']}"
            paths.setdefault(path, {})[told["httpMethod"].lower()] = _from_discovery(told, document)
        schemas = json.loads(json.dumps(document["schemas"]), object_hook=_discovery_schema)
        super().__init__({"openapi": "3.1.0", "paths": paths, "components": {"schemas": schemas}})


@cache
def openapi(name: str) -> OpenApi:
    return OpenApi(json.loads(shared_file(name).read_text()))


@cache
def discovery(name: str) -> Discovery:
    return Discovery(json.loads(shared_file(name).read_text()))


def _methods(document: Mapping[str, Any]) -> Iterable[Any]:
    yield from document.get("methods", {}).values()
    for inner in document.get("resources", {}).values():
        yield from _methods(inner)


def _from_discovery(told: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, Any]:
    given = {**document.get("parameters", {}), **told.get("parameters", {})}
    parameters = [
        {
            "name": name,
            "in": one["location"],
            "required": one.get("required", False),
            "schema": {"type": "array", "items": _discovery_value(one)} if one.get("repeated") else _discovery_value(one),
        }
        for name, one in given.items()
    ]  # fmt: skip
    operation: dict[str, Any] = {"operationId": told["id"], "parameters": parameters, "responses": {}}
    if "request" in told:
        schema = {"$ref": f"#/components/schemas/{told['request']['$ref']}"}
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    answer = {"$ref": f"#/components/schemas/{told['response']['$ref']}"} if told.get("response") else {}
    operation["responses"]["200"] = {"content": {"application/json": {"schema": answer}}}
    operation["responses"]["204"] = {}
    return operation


def _discovery_value(one: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": one["type"]} | ({"enum": one["enum"]} if "enum" in one else {})
    for theirs, ours in (("minimum", "minimum"), ("maximum", "maximum")):
        if theirs in one and one["type"] in ("integer", "number"):
            schema[ours] = float(one[theirs])
    return schema


def _discovery_schema(told: dict[str, Any]) -> dict[str, Any]:
    """`{"$ref": "Comment"}` becomes a pointer, `any` no type, and an `id` no address."""
    if isinstance(told.get("$ref"), str) and not told["$ref"].startswith("#"):
        return {"$ref": f"#/components/schemas/{told['$ref']}"}
    if isinstance(told.get("type"), str):
        told = {
            name: value for name, value in told.items() if name not in ("id", "required", "format", "default")
        }
        if told["type"] == "any":
            del told["type"]
        if told.get("type") == "object" and "properties" in told:
            told["additionalProperties"] = False  # the vendor refuses names it does not know
    return told


def _repaired(told: Any) -> Any:
    """Two habits of vendors: `nullable` (OpenAPI 3.0) is a type `null`; a `oneOf` whose branches overlap means `anyOf`."""
    if isinstance(told, list):
        return [_repaired(each) for each in told]
    if not isinstance(told, dict):
        return told
    changed = {name: _repaired(value) for name, value in told.items()}
    if changed.get("nullable") is True and isinstance(changed.get("type"), str):
        changed["type"] = [changed["type"], "null"]
    if isinstance(changed.get("oneOf"), list) and "anyOf" not in changed:
        changed["anyOf"] = changed.pop("oneOf")
    return changed


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"(\{[^}]+\})", template)
    return re.compile(
        "".join(f"(?P<{_mangle(p[1:-1])}>[^/]+)" if p.startswith("{") else re.escape(p) for p in pieces)
    )


def _mangle(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _unmangle(template: str, mangled: str) -> str:
    return next(name for name in re.findall(r"\{([^}]+)\}", template) if _mangle(name) == mangled)


def _pointer(told: Any) -> tuple[str, ...] | None:
    if not isinstance(told, dict) or not isinstance(told.get("$ref"), str):
        return None
    return tuple(
        part.replace("~1", "/").replace("~0", "~") for part in told["$ref"].removeprefix("#/").split("/")
    )


def _at(document: Any, pointer: Iterable[str]) -> Any:
    for part in pointer:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


def _said(error: Any) -> str:
    place = ".".join(str(part) for part in error.absolute_path)
    return f"{place or 'it'}: {error.message[:300]}"
