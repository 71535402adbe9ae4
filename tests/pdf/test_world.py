"""Clinics of the world: what they write is printed as it is written, or refused at its place.

Letters of Europe and of eight scripts of Asia are printed with the shipped fonts. Each row is a
country, its clinic's name, telephone number, address and hours, and what is refused: nothing, or a
line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handouts.content.yaml import yaml_text
from tests import readback
from tests.world import TINY_LEAFLET, handouts, make_tiny

pytestmark = pytest.mark.usefixtures("library")

LEAFLET = {
    "content/leaflets/tiny-leaflet.yaml": TINY_LEAFLET.replace(
        "      - type: sources\n", "      - type: sources\n      - {type: contact, who: clinic}\n"
    )
}

CLINICS: dict[str, tuple[str, str, list[str], tuple[str, str]]] = {
    "United Kingdom": (
        "St Mary’s Skin & Laser Centre",
        "020 7946 0142",
        ["12 Example Walk, Flat #3", "London N0 0XX"],
        ("Mon–Fri", "8.30 am – 6 pm"),
    ),
    "Ireland": (
        "Ionad Dhochtúir Ó Briain",
        "+353 1 234 5678",
        ["1 Sráid Uí Chonaill", "Baile Átha Cliath"],
        ("Luan–Aoine", "9:00–17:00"),
    ),
    "United States": (
        "O’Brien Dermatology, P.C.",
        "(415) 555-0132 ext. 12",
        ["1200 Example Ave, Suite #200", "Exampletown, CA 94000"],
        ("Mon-Fri", "8:30 AM - 5 PM"),
    ),
    "Canada": (
        "Clinique de l’Île-aux-Sœurs",
        "+1 514-555-0132",
        ["4, boul. René-Lévesque, bureau 200", "Montréal (Québec) H0H 0H0"],
        ("lun. au ven.", "9 h 30 à 17 h"),
    ),
    "France": (
        "Cabinet du Dr Lefèvre-Çelik",
        "01 42 34 56 78",
        ["3 bis, rue de l’Œuvre", "75000 Paris CEDEX"],
        ("Lundi à vendredi", "9 h à 18 h"),
    ),
    "Germany": (
        "Hautarztpraxis Dr. Groß & Müller",
        "030/1234567",
        ["Schloßstraße 7 a", "10000 Berlin"],
        ("Mo.–Fr.", "8.00–12.30 Uhr"),
    ),
    "Austria": (
        "Ordination Dr. Jäger",
        "01 5123456",
        ["Gürtel 1/2/3", "1000 Wien"],
        ("Mo", "8–12"),
    ),
    "Switzerland": (
        "Praxis Zürich «am See»",
        "044 668 18 00",
        ["Seestrasse 1", "8000 Zürich"],
        ("Mo–Fr", "08.00–12.00"),
    ),
    "Netherlands": (
        "Huidkliniek ’s-Hertogenbosch",
        "073 123 4567",
        ["IJsselkade 1", "5200 AA ’s-Hertogenbosch"],
        ("ma t/m vr", "8.30–17.00 uur"),
    ),
    "Spain": (
        "Clínica Señora Núñez, S. L.",
        "912 34 56 78",
        ["C/ Mayor, n.º 1, 2.ª planta", "28000 Madrid"],
        ("lunes a viernes", "9:00–14:00"),
    ),
    "Portugal": (
        "Clínica São João, Lda.",
        "21 123 4567",
        ["Rua da Conceição, 1 – 2.º Esq.", "1000-000 Lisboa"],
        ("2.ª a 6.ª feira", "9h–18h"),
    ),
    "Brazil": (
        "Clínica da Pele Irmãos Gonçalves",
        "(11) 3123-4567",
        ["Av. São João, 100 – cj. 12", "São Paulo – SP"],
        ("seg. a sex.", "8h às 18h"),
    ),
    "Italy": (
        "Studio Dott.ssa D’Angelò",
        "06 1234 5678",
        ["Via dell’Università, 1", "00100 Roma"],
        ("lun–ven", "9–13"),
    ),
    "Denmark": ("Hudlæge Søren Ågård", "33 12 34 56", ["Østergade 1, 2. th."], ("Man–fre", "8–16")),
    "Norway": ("Hudlegesenteret Bærum", "22 12 34 56", ["Blåbærveien 1"], ("Man–fre", "8–15.30")),
    "Sweden": ("Hudkliniken Malmö", "08-123 456 78", ["Ängsgatan 1"], ("Mån–fre", "8–17")),
    "Finland": ("Ihotautiklinikka Äijö", "09 1234567", ["Mäkelänkatu 1"], ("ma–pe", "8–16")),
    "Iceland": ("Húðlæknastöðin Þór & Ægir", "551 2345", ["Laugavegur 1"], ("mán.–fös.", "8–16")),
    "Poland": ("Przychodnia Zdrów „Łąka”", "22 123 45 67", ["ul. Żółwia 1"], ("pon.–pt.", "8–18")),
    "Czechia": ("Kožní ordinace Dvořák", "224 123 456", ["Příčná 1"], ("Po–Pá", "7.30–15")),
    "Hungary": ("Bőrgyógyászat Győr", "06 1 234 5678", ["Őrség utca 1"], ("H–P", "8–16")),
    "Romania": ("Clinica Piele Sănătoasă Iași", "021 123 4567", ["Str. Țării 1"], ("L–V", "8–16")),
    "Turkey": ("İğne Cilt Kliniği Şişli", "0212 123 45 67", ["Ihlamur Sk. 1"], ("Pzt–Cum", "9–18")),
    "Croatia": ("Dermatologija Đurđa Šćepanović", "01 2345 678", ["Trg 1"], ("pon–pet", "8–16")),
    "Vietnam": (
        "Phòng khám Nguyễn",
        "024 3123 4567",
        ["1 Đường Lê Lợi"],
        ("T2–T6", "8–17"),
    ),
    "Greece": ("Δερματολογική Κλινική Ώρα", "21 0123 4567", ["Οδός Ηλίου 1"], ("Δευ–Παρ", "9–17")),
    "Bulgaria": ("Кожна клиника „Здраве“", "02 123 4567", ["ул. Шипка 1"], ("пн–пт", "8–16")),
    "Russia": ("Клиника кожи «Ёлка»", "8 (495) 123-45-67", ["ул. Щорса, 1"], ("Пн–Пт", "9–18")),
    "Ukraine": ("Клініка шкіри Ґанок", "044 123 4567", ["вул. Їжакова, 1"], ("Пн–Пт", "9–18")),
    "Serbia": ("Клиника за кожу Љубав", "011 2345 678", ["Његошева 1"], ("пон–пет", "8–16")),
}


@pytest.mark.parametrize("country", CLINICS)
def test_it_is_printed_as_it_is_written(country: str, tmp_path: Path) -> None:
    name, phone, address, (days, time) = CLINICS[country]
    details = {
        "name": name,
        "phone": phone,
        "address": address,
        "hours": [{"days": days, "time": time}],
    }
    answer = build(details, tmp_path)
    assert answer["ok"], answer["diagnostics"]
    assert {d["code"] for d in answer["diagnostics"]} <= {"phone-number"}  # of another country
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    printed = plain(readback.text(pdf.read_bytes()))
    for text in (name, phone, *address, days, time):
        assert plain(text) in printed


ASIA = {
    "India": "त्वचा क्लिनिक",
    "India, Tamil Nadu": "தோல் மருத்துவமனை",
    "Bangladesh": "ত্বক ক্লিনিক",
    "Thailand": "คลินิกผิวหนัง",
    "China": "皮肤科诊所",
    "Egypt": "عيادة الجلد",
    "Iran": "کلینیک پوست",
    "Pakistan": "جلد کا کلینک",
    "Israel": "מרפאת עור",
}
"""Names in the scripts of other languages than the leaflet's."""


@pytest.mark.parametrize("name", ASIA.values(), ids=ASIA)
def test_a_name_in_another_script_is_printed(name: str, tmp_path: Path) -> None:
    answer = build({"name": name, "phone": "999"}, tmp_path)
    assert answer["ok"], answer["diagnostics"]


OTHER_SCRIPTS = {
    "Korea": "피부과의원",
    "Georgia": "კანის კლინიკა",
    "Armenia": "Մաշկի կլինիկա",
    "Ethiopia": "የቆዳ ክሊኒክ",
}


@pytest.mark.parametrize("name", OTHER_SCRIPTS.values(), ids=OTHER_SCRIPTS)
def test_another_script_is_refused_at_its_place_with_the_way_out(name: str, tmp_path: Path) -> None:
    answer = build({"name": name, "phone": "999"}, tmp_path)
    (fault,) = answer["diagnostics"]
    assert (fault["code"], fault["line"], fault["column"]) == ("missing-glyph", 2, 9)
    assert "`fonts` in `brand.yaml`" in fault["hint"]
    assert not list(tmp_path.glob("out/*.pdf"))


def test_a_row_of_a_table_is_printed_as_it_is_written(tmp_path: Path) -> None:
    """The same clinics from a table, as a spreadsheet program saves it: one build for all."""
    lines = ["name;phone;address;hours"]
    for name, phone, address, (days, time) in CLINICS.values():
        cells = (name, phone, "\n".join(address), f"{days}={time}")
        lines.append(";".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    table = tmp_path / "clinics.csv"
    table.write_text("\r\n".join(lines), "utf-8-sig")
    base = make_tiny(tmp_path / "base", LEAFLET)
    options = ("--clinics", table, "-w", base, "-o", tmp_path / "out", "--json", "--jobs", "1")
    answer = json.loads(handouts("build", "tiny-leaflet", *options).stdout)
    made = {output["clinic"] for output in answer["outputs"]}
    refused = [d for d in answer["diagnostics"] if d["severity"] == "error"]
    names = {name for name, *_ in CLINICS.values()}
    # No id can be formed from Greek and Cyrillic letters, and the numbers are no British ones.
    assert len(made) + len(answer["not_made"]) == len(names)
    assert all(d["line"] > 1 and d["message"].startswith("Cell ") for d in refused)
    for output in answer["outputs"]:
        printed = plain(readback.text((tmp_path / "out" / output["file"]).read_bytes()))
        phone, address = next((p, a) for n, p, a, _ in CLINICS.values() if n == output["clinic"])
        assert plain(phone) in printed
        assert all(plain(line) in printed for line in address)


def build(clinic: dict[str, Any], folder: Path) -> dict[str, Any]:
    settings = yaml_text({"clinic": clinic, "region": "GB"})
    home = make_tiny(folder / "clinic", {**LEAFLET, "handouts.yaml": settings})
    result = handouts("build", "tiny-leaflet", "-w", home, "-o", folder / "out", "--json")
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def plain(words: str) -> str:
    """Without spaces and hyphens, which are read back otherwise where a line ends."""
    return "".join(c for c in words if not c.isspace() and c not in "-\u2010\u00ad\u2011")
