"""Random input: properties that hold for any, and a short run of ``scripts/fuzz``."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from handouts.content.assets.font import FontFault, clinic_font
from handouts.content.assets.raster import raster_fault
from handouts.content.assets.svg import svg_fault
from handouts.content.clinic_table import read_clinics
from handouts.content.workspace import open_workspace
from handouts.content.yaml import decode, parse_yaml, yaml_text
from handouts.diagnostics import Diagnostic, HandoutsError, collect
from handouts.model.text import Text
from handouts.page.areas import qr_modules
from handouts.pdf.objects import from_json, joined, placed, relocated, text_string, to_json
from handouts.store import key_of
from handouts.translation.wording import Respelling
from tests.world import make_tiny

ROOT = Path(__file__).parents[2]
HERE = Path("somewhere.yaml")

few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

pieces = st.sampled_from(
    [
        "**",
        "****",
        "{a}",
        "{clinic_name}",
        "{",
        "}",
        " ",
        "\n",
        "a",
        "A",
        "\u0131",
        "\u0130",
        "\u017f",
        "\ufb01",
        "\u200d",
    ]
)
marked = st.lists(pieces | st.text(max_size=3), max_size=12).map("".join)


@few
@given(marked)
def test_a_text_is_the_same_when_it_is_read_again(source: str) -> None:
    with suppress(PydanticCustomError):
        text = Text.parse(source)
        assert Text.parse(str(text)) == text
        assert text.plain == text.plain.strip(" ")


@few
@given(
    marked,
    st.dictionaries(
        st.text("ai\u0130\u0131\u017f K-", min_size=1, max_size=4), st.text("xyz", min_size=1)
    ),
)
def test_any_text_is_respelled(source: str, wording: dict[str, str]) -> None:
    with suppress(PydanticCustomError):
        text = Text.parse(source)
        assert Respelling(wording)(text).slots == text.slots


@few
@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>#'\"\n \t,?%@", max_size=60))
def test_any_yaml_is_data_or_an_error_with_its_place(source: str) -> None:
    problems: tuple[Diagnostic, ...] = ()
    try:
        data = parse_yaml(source, HERE).data
    except HandoutsError as error:
        data, problems = None, error.diagnostics
    assert all(d.place and d.place.file == HERE and d.place.line for d in problems)
    if data is not None:
        assert parse_yaml(yaml_text(data), HERE).data == data


@few
@given(st.binary(max_size=60))
def test_any_bytes_are_text_or_an_error(data: bytes) -> None:
    with suppress(HandoutsError):
        assert isinstance(decode(HERE, data), str)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg">'
parts = st.sampled_from(
    [
        b"<g>",
        b"</g>",
        b"<use href='#a'/>",
        b"<mask id='a'>",
        b"</mask>",
        b"<style>",
        b"</style>",
        b"url(",
        b"/*",
        b"'",
        b"<",
        b"&a;",
    ]
)


@few
@given(st.lists(parts | st.binary(max_size=4), max_size=20).map(b"".join))
def test_any_drawing_is_fine_or_has_a_fault(inside: bytes) -> None:
    for data in (inside, SVG + inside, SVG + inside + b"</svg>"):
        fault = svg_fault(data)
        assert fault is None or fault.words


@few
@given(st.binary(max_size=200))
def test_any_picture_and_any_font_has_a_fault(data: bytes) -> None:
    for head in (
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"\0\1\0\0",
        b"OTTO",
        b"wOFF",
        b"ttcf",
    ):
        assert raster_fault(head + data)
        assert isinstance(clinic_font(head + data, bold=False), FontFault)


@settings(few, max_examples=8)
@given(rows=st.lists(st.lists(st.text(max_size=8), max_size=9).map(",".join), max_size=5))
def test_any_table_is_read_or_has_errors(
    rows: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("table")
    base = open_workspace(make_tiny(folder))
    head = "id,name,phone,email,address,hours,logo,primary"
    (folder / "a.csv").write_text("\n".join([head, *rows]), "utf-8", "surrogatepass")
    with suppress(HandoutsError):
        collect(read_clinics(folder / "a.csv", base, None))


fragments = st.lists(st.binary(max_size=9) | st.integers(0, 99), max_size=9).map(joined)


@few
@given(fragments, st.integers(0, 9))
def test_a_fragment_comes_back_from_json_and_can_be_moved(
    fragment: tuple[bytes | int, ...], by: int
) -> None:
    assert from_json(to_json(fragment)) == fragment
    numbers = {number: number + by for number in range(200)}
    right = {number: number for number in range(200)}
    assert placed(relocated(fragment, by), right) == placed(fragment, numbers)


@few
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_can_be_a_string_of_a_pdf(words: str) -> None:
    assert bytes.fromhex(text_string(words)[5:-1].decode()).decode("utf-16-be") == words


@few
@given(st.lists(st.text() | st.binary(), max_size=3), st.lists(st.text() | st.binary(), max_size=3))
def test_keys_are_equal_only_for_equal_parts(
    one: list[str | bytes], two: list[str | bytes]
) -> None:
    written = [[p.encode() if isinstance(p, str) else p for p in parts] for parts in (one, two)]
    assert (key_of(*one) == key_of(*two)) == (written[0] == written[1])


@few
@given(st.text(min_size=1, max_size=200))
def test_any_link_becomes_a_code(payload: str) -> None:
    rows = qr_modules(payload)
    assert len({len(row) for row in rows} | {len(rows)}) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="there are workers on Linux only")
def test_a_short_run_of_the_fuzzer_finds_nothing() -> None:
    """An input of each kind; docs/explanation/fuzzing.md has the figures of a long run."""
    command = [sys.executable, "scripts/fuzz.py", "--count", "9", "--seed", "11"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    *failures, last = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert failures == []
    assert last.startswith("9 inputs, seed 11: 0 fetched, 0 read outside, 0 wrote outside, 0 hung")
    assert done.returncode == 0


def test_a_seed_gives_the_same_input_each_time() -> None:
    code = (
        "import random, fuzz_inputs, hashlib\n"
        "for name, make in fuzz_inputs.GENERATORS.items():\n"
        "    case = make(random.Random(f'1-{name}-0'))\n"
        "    print(hashlib.sha256(repr(sorted(case.files.items())).encode()).hexdigest())"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT / "scripts", capture_output=True, check=True
        ).stdout
        for _ in range(2)
    ]
    assert runs[0] == runs[1]
    assert len(set(runs[0].split())) == 9
