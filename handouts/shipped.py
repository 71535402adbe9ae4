"""Where the shipped words and looks are: inside the installed package, or at a checkout's root."""

from __future__ import annotations

from pathlib import Path

_PACKED = Path(__file__).parent / "_shipped"
ROOT = _PACKED if _PACKED.is_dir() else Path(__file__).parent.parent

CONTENT = ROOT / "content"
TEMPLATES = ROOT / "templates"
FONTS = TEMPLATES / "fonts"
SKELETONS = Path(__file__).parent / "skeletons"
DEMO_CLINIC = ROOT / "examples" / "demo-clinic"
