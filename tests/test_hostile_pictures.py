"""Logos that try to run, read or fetch something: printed without it, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hostile import EARLIER, PRINTED, build_unseen, errors, files
from tests.readback import text

PRINTED_WITHOUT = {
    "a script": "<script>alert()</script>",
    "a script elsewhere": "<script href='WEB'/>",
    "a handler": "<g onload='alert()'/>",
    "a page": "<foreignObject><img src='WEB'/></foreignObject>",
    "a copy from elsewhere": "<use href='FILE#it'/>",
    "a fill elsewhere": "<rect width='9' height='9' style='fill: url(FILE#it)'/>",
}

REFUSED = {
    "a file": "<image width='9' height='9' href='FILE'/>",
    "a picture of a server": "<image width='9' height='9' href='WEB'/>",
    "a picture beside it": "<image width='9' height='9' href='../private.svg'/>",
    "a style sheet": "<style>@import url(WEB);</style>",
    "a font": "<style>@font-face {font-family: A; src: url(FILE)}</style>",
    "an entity": "&private;",
    "itself": "<g id='it'><use href='#it'/></g>",
    "groups in groups": "<g>" * 10_000 + "</g>" * 10_000,
}


@pytest.mark.parametrize("inside", PRINTED_WITHOUT.values(), ids=PRINTED_WITHOUT)
def test_a_logo_runs_nothing_and_reads_nothing(inside: str, tmp_path: Path) -> None:
    """Scripts and what the engine leaves out do not stop a leaflet, and nothing is fetched."""
    result = build_unseen(_logo(inside), tmp_path)
    assert result.exit_code == 0, result.output
    words = text((tmp_path / "out" / PRINTED).read_bytes())
    assert "Our logo" in words
    assert "Private" not in words


@pytest.mark.parametrize("inside", REFUSED.values(), ids=REFUSED)
def test_a_logo_that_needs_something_else_is_refused(inside: str, tmp_path: Path) -> None:
    """A picture that needs another file, an entity or no end is one error; nothing is fetched."""
    result = build_unseen(_logo(inside), tmp_path)
    assert result.exit_code == 1, result.output
    assert len(errors(result)) == 1
    assert files(tmp_path / "out") == EARLIER


def _logo(inside: str) -> dict[str, str]:
    entity = '<!DOCTYPE svg [<!ENTITY private SYSTEM "FILE">]>' if "&private" in inside else ""
    words = '<text y="20" font-family="Noto Sans">Our logo</text>'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 99 40">{words}{inside}</svg>'
    return {"brand.yaml": "logo: logo.svg\n", "logo.svg": entity + svg}
