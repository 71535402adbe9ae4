"""Random hostile clinics for ``scripts/fuzz``: the same seed gives the same files.

Each generator takes a random source and returns the files of a clinic's folder, and the options of
the build. ``FILE`` and ``WEB`` stand for a private file beside the folder and for an address.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from fuzz_pictures import damaged, font, jpeg, png, svg

SETTINGS = "clinic:\n  name: Test Clinic\n  phone: 020 7946 0000\nregion: GB\n"

KINDS = """\
kinds:
  - id: tiny
    label: A tiny kind
    review_months: 12
    sections:
      - {id: in-short, holds: [key_points]}
      - {id: sources, holds: [sources]}
"""

LEAFLET = """\
id: tiny-leaflet
kind: tiny
version: "1.0"
issued: 2026-11-22
title: A tiny leaflet
short_title: Tiny
aim: This leaflet is for tests.
audience: For testers.
sections:
  - id: in-short
    heading: In short
    blocks:
      - type: key_points
        points: [One point., Another point., A last point.]
  - id: notes
    heading: Notes
    blocks:
      - {type: write_in, prompt: My plan, lines: 2}
  - id: sources
    heading: Where do these facts come from?
    blocks:
      - type: sources
"""

LEAFLET_FILE = "content/leaflets/tiny-leaflet.yaml"

Action = Callable[[Path], None]


@dataclass
class Case:
    """A clinic's folder, the options of its build, and words that nothing but a copy may hold."""

    files: dict[str, bytes]
    options: list[str] = field(default_factory=list)
    secrets: tuple[str, ...] = ()
    actions: list[Action] = field(default_factory=list)


def base(more: Mapping[str, str | bytes] | None = None) -> dict[str, bytes]:
    """A clinic with one leaflet, and further files."""
    files: dict[str, str | bytes] = {
        "handouts.yaml": SETTINGS,
        "content/kinds.yaml": KINDS,
        LEAFLET_FILE: LEAFLET,
        **(more or {}),
    }
    return {
        name: data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        for name, data in files.items()
    }


# Pieces -----------------------------------------------------------------------------------------

CHARACTERS = (
    "aA0 .,:;-_*{}[]()<>\"'`\\/|&%$#@!?~^=+\t\n"
    "\0\x07\x1b\x7f\x85\xa0\xad\u0130\u0131\u017f\u0300\u034f\u061c\u180e\u200b\u200d\u200e\u200f"
    "\u2028\u202e\u2067\u2069\u3164\ufeff\ufffd\uffff\U0001f600\U000e0041\u4e2d\u05e2\ufb01\u1e9e"
)

WORDS = [
    *"** {clinic_name} {clinic_phone} {x} &a *a !!python/none null true 1e999 -0 ~ ]]>".split(),
    *"2026-11-22 FILE WEB ../.. area: </style><script> --><!-- %s ${HOME} approved DRAFT".split(),
    *("{{ 7*7 }}", "{% raw %}", "Clinically approved", "word ", "Number 7. "),
    *("9" * 40, "A" * 200, "W" * 70, "ha" * 3_000),
]


def text(random: Random, most: int = 30) -> str:
    """Odd characters and words."""
    pieces = random.choices([*CHARACTERS, *WORDS], k=random.randint(0, most))
    return "".join(pieces)


def mutated(random: Random, source: str) -> str:
    """A text with a few changes: pieces moved, doubled, taken out, or put in."""
    for _ in range(random.randint(1, 5)):
        lines = source.split("\n")
        at, other = random.randrange(len(lines)), random.randrange(len(lines))
        match random.randrange(8):
            case 0:
                lines[at] = text(random)
            case 1:
                lines[at] += text(random, 5)
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines.insert(at, lines[other])
            case 4:
                del lines[at]
            case 5:
                head, colon, _ = lines[at].partition(":")
                lines[at] = (
                    f"{head}{colon} {json.dumps(text(random), ensure_ascii=random.random() < 0.5)}"
                )
            case 6:
                lines[at] = " " * random.randint(0, 9) + lines[at].lstrip()
            case 7:
                spot = random.randrange(len(lines[at]) + 1)
                lines[at] = (
                    lines[at][:spot] + random.choice([*CHARACTERS, *WORDS]) + lines[at][spot:]
                )
        source = "\n".join(lines)
    return source


# Words and tables -------------------------------------------------------------------------------


def words(random: Random) -> Case:
    files = base()
    name = random.choice([LEAFLET_FILE, "handouts.yaml", "content/kinds.yaml"])
    files[name] = mutated(random, files[name].decode()).encode("utf-8", "surrogatepass")
    return Case(files)


def tables(random: Random) -> Case:
    name = random.choice(["labels", "slots", "sources", "treatments", "medicines"])
    rows = {
        "labels": "labels:\n  - {key: draft_mark, text: Draft}\n  - {key: qr_alt, text: A}\n",
        "slots": "slots:\n  - {name: mine, type: text, meaning: Mine}\n",
        "sources": "sources:\n  - {key: MINE, title: A, authors: B, year: 2020, grade: A}\n",
        "treatments": "treatments:\n  - {id: mine, name: Mine}\n",
        "medicines": "medicines:\n  - {id: mine, name: Mine}\n",
    }
    return Case(base({f"content/{name}.yaml": mutated(random, rows[name])}))


def clinics(random: Random) -> Case:
    """A table whose rows have names and numbers of their own."""
    rows = [
        f"c{n},Clinic {n:02},01632 960 {n:03},{random.choice(['', '#1d5b66'])}" for n in range(4)
    ]
    table = "\n".join(["id,name,phone,primary", *rows]) + "\n"
    if random.random() < 0.8:
        table = mutated(random, table)
    data = table.encode(random.choice(["utf-8", "utf-8-sig", "utf-16"]), "surrogatepass")
    return Case(base({"clinics.csv": data}), ["--clinics", "clinics.csv"])


def personal(random: Random) -> Case:
    """A copy for one person, sometimes with a template that prints the words."""
    name, note = f"Zebedee {random.choice(['Quux', 'Żółć'])}", "Mauve tablets at dusk"
    files = base()
    body = random.choice(
        [
            "",
            "<p>{{ personal.band }}</p>",
            "{{ personal.note|int + personal }}",
            "{% include personal.note %}",
        ]
    )
    if body and random.random() < 0.7:
        page = '{% extends "shipped:leaflet.html.j2" %}{% block closing %}{{ super() }}'
        files["templates/leaflet.html.j2"] = f"{page}{body}{{% endblock %}}".encode()
    odd = random.choice(
        ["", "", text(random, 5).replace("\0", ""), "W" * 60, "中", "\u202e", "x" * 300]
    )
    encoded = odd.encode("utf-8", "ignore").decode()
    options = ["--for", name + encoded, "--note", note, "--format", random.choice(["pdf", "html"])]
    return Case(files, options, (name, note))


# Brands -----------------------------------------------------------------------------------------


def logos(random: Random) -> Case:
    name = random.choice(["logo.svg"] * 3 + ["logo.png", "logo.jpg"])
    data = {
        "logo.svg": lambda: svg(random).encode(),
        "logo.png": lambda: png(random),
        "logo.jpg": lambda: jpeg(random),
    }[name]()
    data = damaged(random, data) if random.random() < 0.4 else data
    return Case(base({"brand.yaml": f"logo: {name}\n", name: data[:1_990_000]}))


def fonts(random: Random) -> Case:
    brand = "fonts: {regular: a.ttf, bold: a.ttf}\n"
    return Case(base({"brand.yaml": brand, "a.ttf": font(random)[:4_990_000]}))


# Templates and styles ---------------------------------------------------------------------------

_EXPRESSIONS = (
    r"""
leaflet|standing|leaflet.clinic|leaflet.sections|personal|rich|label|area|drawing|icon|page_of
range(99999)|'x' * 900000|[1] * 999999|9 ** 9|'%s' % leaflet|namespace|cycler|joiner|dict|self|loop
caller|varargs|lipsum(99)|leaflet.__class__|''.__class__.__mro__|rich.func|rich.keywords|config
label.__self__|leaflet.model_dump()|leaflet.copy|'{0.__class__}'.format(leaflet)|qr()|filled(1)
drawing('../../x', 'a')|icon('tick', 'red')|area('card', 50, 50)|area('x', 1e9, -1)|day('x')
tint('#ffffff', 9)|picture(leaflet.logo)|people(leaflet)|label('draft_mark')|label('x')
""".strip()
    .replace("\n", "|")
    .split("|")
)

_STATEMENTS = """
{% for a in EXPRESSION %}{{ a }}{% endfor %}
{% if EXPRESSION %}a{% endif %}
{{ EXPRESSION }}
{% set a = EXPRESSION %}{{ a }}
{% include EXPRESSION %}
{% import EXPRESSION as a %}
{% extends EXPRESSION %}
{{ (EXPRESSION)|list|length }}
{{ (EXPRESSION)|string|upper|reverse }}
{{ [EXPRESSION]|map(attribute='__init__')|list }}
{{ [EXPRESSION]|groupby('clinic') }}
{{ EXPRESSION|attr('__class__') }}
{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}
{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}
{% filter EXPRESSION %}a{% endfilter %}
{% call EXPRESSION() %}a{% endcall %}
{% include 'FILE' %}
{% include '../x' %}
{% include 'leaflet.html.j2' %}
{{ EXPRESSION
{% endfor %}
{# EXPRESSION
""".strip().splitlines()

_TEMPLATES = """
leaflet.html.j2 blocks/key_points.html.j2 parts/running.html.j2 areas/card.html.j2 icons/tick.svg.j2
styles/page.css.j2 figures/palette.yaml
""".split()

_RULES = (
    """
display: none|color: white|opacity: 0|font-size: 0|font-size: 1e9pt|transform: translate(999mm)
margin-top: -99cm|position: fixed; top: 0; width: 99cm; height: 99cm; background: white
content: 'Clinically approved'|background: url(FILE)|background: url('WEB')|float: left
width: calc(1e999px * 9)|height: 1e9mm|columns: 9999|overflow: hidden; height: 0|hyphens: auto
display: grid; grid: repeat(9999, 1mm) / repeat(9999, 1mm)|string-set: a content()
visibility: hidden|counter-increment: a 99999999999|text-indent: -999cm|break-before: page
border-radius: 1e9px|filter: blur(9px)|src: url(WEB)|list-style-image: url(FILE)
""".strip()
    .replace("\n", "|")
    .split("|")
)

_SELECTORS = (
    """
*|.mark|.band|p|h1|@page|@page { @top-center|@font-face|body|.mark::after|:root
p:nth-child(9999n+1)|@media all { p|@import url(WEB);|@charset 'x';
""".strip()
    .replace("\n", "|")
    .split("|")
)

_HTML = (
    """
<img src='FILE'>|<img src='WEB'>|<link rel=stylesheet href='WEB'>|<iframe src='FILE'></iframe>
<base href='WEB'>|<object data='FILE'></object>|<a href='FILE'>a</a>
<link rel=attachment href='FILE'>|<svg><image href='FILE'/></svg>
""".strip()
    .replace("\n", "|")
    .split("|")
)

_EXTENDED = '{% extends "shipped:leaflet.html.j2" %}{% block closing %}{{ super() }}'


def templates(random: Random) -> Case:
    body = ""
    for _ in range(random.randint(1, 4)):
        body += random.choice(_STATEMENTS).replace("EXPRESSION", random.choice(_EXPRESSIONS))
    name = random.choice(_TEMPLATES)
    if name == "leaflet.html.j2" and random.random() < 0.7:
        body = f"{_EXTENDED}{body}{{% endblock %}}"
    return Case(base({f"templates/{name}": body}))


def styles(random: Random) -> Case:
    rules = ""
    for _ in range(random.randint(1, 6)):
        declared = "; ".join(random.choices(_RULES, k=random.choice([1, 1, 1, 2, 4])))
        rules += f"{random.choice(_SELECTORS)} {{ {declared} }}\n"
    floats = "<div style='float: left'>a</div>" * 3_000
    many = ("<div>" * 300, "<table>" * 40, floats, "<p>a</p>" * 3_000)
    html = random.choice(["", "", "", *_HTML, *many])
    page = f"{_EXTENDED}<style>{rules}</style>{html}{{% endblock %}}"
    return Case(base({"templates/leaflet.html.j2": page}))


# Files ------------------------------------------------------------------------------------------

_PLACES = [
    *("brand.yaml", "logo.svg", "approvals.yaml", "content/labels.yaml", LEAFLET_FILE, "content"),
    *("content/blocks/a/b.yaml", "templates/leaflet.html.j2", "templates/figures/x.svg.j2"),
    *("manifest.json", "templates", "content/caf\udce9.yaml", "content/leaflets/a\nb.yaml"),
    *("../out/manifest.json", "../out/.manifest.lock", "../out/tiny-leaflet_en-GB_a4-DRAFT.pdf"),
]

_TARGETS = ["/dev/zero", "/etc/passwd", "../private.svg", "..", ".", "gone", "/proc/self/environ"]


def places(random: Random) -> Case:
    """Links, pipes, folders and odd contents in the clinic's and in the output folder."""
    name, kind = random.choice(_PLACES), random.randrange(7)
    target, size = random.choice(_TARGETS), random.choice([900_000, 3_000_000, 3_000_000_000])
    record = {"file": random.choice(["../private.svg", "a.pdf", 3, []]), "leaflet": []}

    def place(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path = path / "x.yaml" if path.is_dir() else path
        path.unlink(missing_ok=True)
        match kind:
            case 0:
                os.mkfifo(path)
            case 1:
                path.symlink_to(target)
            case 2:
                path.mkdir()
            case 3:
                path.touch()
                os.truncate(path, size)
            case 4:
                path.write_bytes(random.randbytes(999))
            case 5:
                path.write_text("[" * 99_000)
            case 6:
                path.write_text(json.dumps({"files": [record]}))

    return Case(base(), actions=[place])


_ALL = (words, tables, clinics, personal, logos, fonts, templates, styles, places)

GENERATORS: dict[str, Callable[[Random], Case]] = {make.__name__: make for make in _ALL}
