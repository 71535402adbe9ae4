"""Objects are taken out of a PDF with gaps for what they refer to, and fit into any other."""

from __future__ import annotations

import pydyf

from handouts.pdf.objects import FragmentReader, from_json, placed, relocated, to_json

LIKE_A_REFERENCE = b"q 1 0 R Q"


def test_only_references_are_gaps_and_never_what_a_stream_holds() -> None:
    pdf = pydyf.PDF()
    font = pydyf.Dictionary({"Type": "/Font"})
    pdf.add_object(font)
    form = pydyf.Stream([LIKE_A_REFERENCE], {"Type": "/XObject", "Font": font.reference})
    reader = FragmentReader(pdf)
    parts = reader.fragment(form)
    assert [part for part in parts if isinstance(part, int)] == [0]
    assert placed(parts, {0: 70}) == form.data.replace(font.reference, b"70 0 R")
    assert reader.rest() == ((font.data,),)


def test_parts_survive_a_trip_to_json_and_a_move_in_their_list() -> None:
    parts = (b"<</Font ", 0, b">>\nstream\n\xff\x00\nendstream")
    assert from_json(to_json(parts)) == parts
    assert placed(relocated(parts, 3), {3: 9}) == placed(parts, {0: 9})
