"""What must not hang on a sign alone, or differ between leaflets."""

from __future__ import annotations

import re

from handouts.model.blocks import HelpBlock, ListBlock
from tests.shipped import each_leaflet
from tests.world import demo_document

NEGATION = re.compile(r"\b(?:not|no|never|without|avoid|skip|leave|only)\b", re.IGNORECASE)


@each_leaflet
def test_what_not_to_do_is_said_in_words(leaflet: str) -> None:
    """In the item, or above a list that stands by itself: a cross is what a bad copy loses."""
    bare = []
    for section in demo_document(leaflet, "a4").sections:
        lists = [block for block in section.blocks if isinstance(block, ListBlock)]
        alone = all(block.style != "do" for block in lists)
        for block in (block for block in lists if block.style == "dont"):
            above = [block.heading, block.intro, section.heading if alone else None]
            if not any(NEGATION.search(str(text)) for text in above if text):
                bare += [str(item) for item in block.items if not NEGATION.search(str(item))]
    assert bare == []


@each_leaflet
def test_danger_to_life_comes_before_thoughts_of_harm(leaflet: str) -> None:
    """Wherever there is a number for thoughts of self-harm, the first card has danger to life."""
    document = demo_document(leaflet, "a4")
    steps = [
        step
        for section in document.sections
        for block in section.blocks
        if isinstance(block, HelpBlock)
        for step in block.steps
    ]
    signs = {
        level: " ".join(str(sign) for step in steps if step.level == level for sign in step.signs)
        for level in ("emergency", "today", "soon")
    }
    if "harming yourself" in f"{signs['today']} {signs['soon']}":
        assert "end your life" in signs["emergency"]
