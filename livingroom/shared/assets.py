"""Stylesheet, charts bundle and versioned static files, made once a process and cached for ever by browsers."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse

STYLES = Path(__file__).parent / "static" / "shared"


@dataclass(frozen=True)
class Asset:
    content: bytes
    gzipped: bytes
    digest: str
    content_type: str


def stylesheet() -> Asset:
    """The house's styles and every room's own block as one file: one request instead of twenty."""
    return _read_stylesheet() if settings.DEBUG else _kept_stylesheet()


def stylesheet_url() -> str:
    return f"{reverse('stylesheet')}?v={stylesheet().digest}"


@cache
def vega_bundle() -> Asset:
    """Vega, Vega-Lite and Vega-Embed as one script, put together without a network and kept in the data folder."""
    path = settings.HOME / f"vega-{_vl_convert_version()}.js"
    if not path.exists():
        _write_vega_bundle(path)
    return _asset(path.read_bytes(), "text/javascript; charset=utf-8")


def vega_url() -> str:
    return f"{reverse('vega_bundle')}?v={_vl_convert_version()}"


def versioned_url(path: str) -> str:
    return f"{static(path)}?v={_file_digest(path)}" if not settings.DEBUG else static(path)


def _read_stylesheet() -> Asset:
    order = ["layers.css", "tokens.css", "reset.css", "base.css"]
    paths = [STYLES / name for name in order]
    paths += sorted((STYLES / "components").glob("*.css"))
    paths += [path for app in apps.get_app_configs() if (path := _room_styles(app.path, app.label)).exists()]
    paths.append(STYLES / "utilities.css")
    return _asset(b"\n".join(path.read_bytes() for path in paths), "text/css; charset=utf-8")


@cache
def _kept_stylesheet() -> Asset:
    return _read_stylesheet()


def _room_styles(folder: str, label: str) -> Path:
    # The hallway's own files are listed above.
    return Path(folder) / "static" / label / f"{label}.css" if label != "shared" else Path("/nowhere")


@cache
def _file_digest(path: str) -> str:
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"No static file {path!r}. Is it spelt as below livingroom/<room>/static/?")
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:12]


def _asset(content: bytes, content_type: str) -> Asset:
    # A fixed time in the header keeps the bytes the same in every process.
    gzipped = gzip.compress(content, mtime=0)
    return Asset(content, gzipped, hashlib.sha256(content).hexdigest()[:12], content_type)


def _vl_convert_version() -> str:
    from importlib.metadata import version

    return version("vl-convert-python")


def _write_vega_bundle(path: Path) -> None:
    import os

    import vl_convert  # slow to import, and needed once in the life of an installation

    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.write_text(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    fresh.replace(path)
