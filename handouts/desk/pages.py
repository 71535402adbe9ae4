"""The pages as HTML: templates filled with words and values, and the files beside them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from starlette.responses import HTMLResponse

from handouts import __version__
from handouts.desk.words import PageWords

_HERE = Path(__file__).parent

_KINDS = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(static=static_names(), version=__version__)
    return environment


def cover_template() -> Template:
    """The template of a cover page, which the PDF engine sets."""
    return _environment().get_template("cover.html.j2")


@lru_cache(maxsize=1)
def static_files() -> Mapping[str, tuple[str, bytes]]:
    """Files beside the pages, by names that change with what is in them: media type and bytes."""
    files = {}
    for path in sorted((_HERE / "static").glob("desk.*")):
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()[:16]
        files[f"{path.stem}.{digest}{path.suffix}"] = (_KINDS[path.suffix[1:]], data)
    return files


def static_names() -> Mapping[str, str]:
    """The names of these files by their suffix."""
    return {name.rpartition(".")[2]: name for name in static_files()}


def page(
    name: str, words: PageWords, status: int = 200, *, ui: str = "", **values: Any
) -> HTMLResponse:
    """A page. ``ui`` is the language that the address asks for, carried on in links."""
    carried = f"?ui={ui}" if ui else ""
    html = (
        _environment()
        .get_template(f"{name}.html.j2")
        .render(t=words, carried=carried, ui=ui, **values)
    )
    return HTMLResponse(html, status)
