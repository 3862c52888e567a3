"""Panels of experiments that a claim analyses itself: their files are frozen with the other inputs."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from livingroom.measure.claims.lifts import compact
from livingroom.measure.problems import InputError


@dataclass(frozen=True)
class PanelFile:
    """A panel, how it was designed (geo, switchback, few, history), and its assignment log if there is one."""

    path: Path
    design: str
    assignment: Path | None = None


def freeze_panels(panels: Sequence[PanelFile], folder: Path) -> list[dict[str, str]]:
    """Copy the files as they are, and say what they are called now. Raises InputError."""
    found = []
    for number, panel in enumerate(panels, start=1):
        said = {"name": panel.path.stem, "design": panel.design, "file": f"panel_{number}{panel.path.suffix}"}
        _copy(panel.path, folder / said["file"])
        if panel.assignment is not None:
            said["assignment"] = f"assignment_{number}.json"
            _copy(panel.assignment, folder / said["assignment"])
        found.append(said)
    return found


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise InputError([f"panel: {source} cannot be read: {error.strerror}."]) from error


def read_panels(panels: Sequence[Mapping[str, str]], folder: Path) -> list[dict[str, Any]]:
    """Analyse every panel, as `livingroom measure lift` would. Raises InputError."""
    if not panels:
        return []
    from livingroom.measure.lift.analyse import Question, analyse
    from livingroom.measure.lift.stored import to_json

    readings = []
    for panel in panels:
        asked = {
            "panel": str(folder / panel["file"]),
            "design": panel["design"],
            "assignment": folder / panel["assignment"] if "assignment" in panel else None,
        }
        readings.append(compact({"name": panel["name"], **to_json(analyse(Question.of(asked)))}))
    return readings


def file_facts(panels: Sequence[Mapping[str, str]], folder: Path) -> dict[str, dict[str, Any]]:
    """Return the digest of every panel and assignment log; a file that is gone has none."""
    names = [panel[key] for panel in panels for key in ("file", "assignment") if key in panel]
    return {name: _facts(folder / name) for name in names if (folder / name).is_file()}


def _facts(path: Path) -> dict[str, Any]:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"n_rows": content.count(b"\n"), "first": None, "last": None, "digest": digest}
