"""Clinics of a folder and of a table: what is read of each, and what is told."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from handouts.content.clinic_table import BatchClinic, read_clinics
from handouts.content.layers import Library
from handouts.content.workspace import (
    Workspace,
    demo_workspace,
    has_own_files,
    open_workspace,
)
from handouts.diagnostics import Diagnostic, HandoutsError, collect
from handouts.model.clinic import Brand, FontFile, Hours
from tests.world import CLINIC, make_tiny, make_workspace, translate

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h{}v9z"/></svg>'
BASE: dict[str, str | bytes] = {
    "brand.yaml": 'logo: logo.svg\nprimary: "#1d5b65"\naccent: "#7a0019"\n',
    "logo.svg": LOGO.format(1),
}


@pytest.fixture
def base(tmp_path: Path, library: Library) -> Workspace:
    return open_workspace(make_workspace(tmp_path / "base", BASE), library=library)


def read(
    path: Path, base: Workspace, region: str | None = None
) -> tuple[list[BatchClinic], list[Diagnostic]]:
    clinics, told = collect(read_clinics(path, base, region))
    return list(clinics.read), list(told)


def rows(base: Workspace, *lines: str) -> tuple[list[BatchClinic], list[Diagnostic]]:
    """The clinics of a table that lies beside the base clinic."""
    path = base.folder.parent / "clinics.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    (base.folder.parent / "other.svg").write_text(LOGO.format(9), "utf-8")
    return read(path, base)


# A table ----------------------------------------------------------------------------------------


def test_a_row_says_all_that_a_clinic_can_say_of_itself(base: Workspace) -> None:
    """Spaces round the parts do not count, nor do empty parts and cells."""
    (one,), told = rows(
        base,
        "id,name,notice,phone,email,website,address,hours,logo,primary,accent",
        " north , North Clinic ,By appointment,999,a@example.org,www.example.org,"
        '"1 Road ; Town; ;",Mon to Fri = 9 to 5; Sat=10 to 1, other.svg ,#005500,#230023',
    )
    clinic = one.catalogue.workspace.settings.model.clinic
    assert not told
    assert one.folder == "north"
    assert (clinic.name, clinic.notice, clinic.phone) == (
        "North Clinic",
        "By appointment",
        "999",
    )
    assert (clinic.email, clinic.website) == ("a@example.org", "www.example.org")
    assert clinic.address == ("1 Road", "Town")
    assert clinic.hours == (
        Hours(days="Mon to Fri", time="9 to 5"),
        Hours(days="Sat", time="10 to 1"),
    )
    assert one.catalogue.workspace.brand == Brand(
        logo="other.svg", primary="#005500", accent="#230023"
    )
    assert one.catalogue.workspace.logo
    assert one.catalogue.workspace.logo.data == LOGO.format(9).encode()


def test_what_a_row_does_not_say_is_the_base_clinics_look_and_nobodys_facts(
    base: Workspace,
) -> None:
    (one,), _ = rows(base, "id,name,phone,email,address,hours,logo", "north,North,999,,,,")
    clinic = one.catalogue.workspace.settings.model.clinic
    assert (clinic.email, clinic.address, clinic.hours) == (None, (), ())
    workspace = one.catalogue.workspace
    assert (workspace.brand, workspace.logo) == (base.brand, base.logo)
    assert workspace.settings.file == base.settings.file
    assert workspace.settings.model.region == base.settings.model.region


LOOKS = [
    ("primary", "#005500", {"primary": "#005500", "accent": "#7a0019"}),
    ("accent", "#005500", {"primary": "#1d5b65", "accent": "#005500"}),
]


@pytest.mark.parametrize(("column", "cell", "colours"), LOOKS)
def test_a_colour_of_a_row_leaves_the_other_colour_and_the_logo(
    column: str, cell: str, colours: dict[str, str], base: Workspace
) -> None:
    (one,), _ = rows(base, f"id,name,phone,{column}", f"north,North,999,{cell}")
    brand = one.catalogue.workspace.brand
    assert {"primary": brand.primary, "accent": brand.accent} == colours
    assert brand.logo == "logo.svg"
    assert one.catalogue.workspace.logo == base.logo


def test_a_logo_of_a_row_is_the_clinics_own(library: Library, tmp_path: Path) -> None:
    """Over the demo clinic, too: what anybody could have drawn is printed with limits."""
    base = demo_workspace(library=library)
    assert base.shipped
    (tmp_path / "other.svg").write_text(LOGO.format(9), "utf-8")
    table = tmp_path / "clinics.csv"
    table.write_text("name,phone,logo\nOne,999,\nTwo,999,other.svg\n", "utf-8")
    one, two = (clinic.catalogue.workspace for clinic in read(table, base)[0])
    assert (one.shipped, two.shipped) == (True, False)
    assert two.logo_place
    assert (two.logo_place.file, two.logo_place.line) == (table, 3)


def test_a_fact_is_told_at_its_row_and_a_setting_at_its_line(base: Workspace) -> None:
    (one,), _ = rows(base, "name,phone", "One,999")
    settings = one.catalogue.workspace.settings
    for key in (False, True):
        place = settings.node.place_of(("clinic",), key=key)
        assert (place.file.name, place.line) == ("clinics.csv", 2)
    assert settings.place_of("region") == base.settings.place_of("region")


IDS = [
    ("north", None),
    ("north-2", None),
    ("2", None),
    ("North", "`North` is not a valid id"),
    ("north_2", "`north_2` is not a valid id"),
    ("-north", "`-north` is not a valid id"),
    ("north-", "`north-` is not a valid id"),
    ("../north", "`../north` is not a valid id"),
    ("other", "duplicate id `other`"),
    ("a" * 100, None),
    ("a" * 101, "an id has at most 100 characters"),
]


@pytest.mark.parametrize(("name", "fault"), IDS)
def test_an_id_is_the_name_of_a_folder(name: str, fault: str | None, base: Workspace) -> None:
    found, told = rows(base, "id,name,phone", "other,Other,999", f"{name},North,999")
    assert [one.folder for one in found] == (["other"] if fault else ["other", name])
    faults = [("clinic-id", f"Cell A3: {fault}")] if fault else []
    assert [(d.code, d.message) for d in told] == faults
    assert all(d.place and d.place.line == 3 and d.hint for d in told)


FORMED = {
    "Larkfield Skin Clinic": "larkfield-skin-clinic",
    "Dr. O'Neill & Søn, 2nd floor": "dr-oneill-son-2nd-floor",
    "Clínica Señora Müller": "clinica-senora-muller",
    "Łódź Straße": "lodz-strasse",
    "Ordination Ábel–Œuvre": "ordination-abel-oeuvre",
    "Ærø Hud Đurić": "aero-hud-duric",
    f"{'Æ' * 49}x & Co": f"{'ae' * 49}x",
    "Кожная клиника": None,
    "त्वचा क्लिनिक": None,
    "皮膚科": None,
    "Клиника 5": None,
    "!?": None,
}


@pytest.mark.parametrize(("name", "folder"), FORMED.items())
@pytest.mark.parametrize("empty", [True, False])
def test_without_an_id_it_is_formed_from_the_name(
    name: str, folder: str | None, empty: bool, base: Workspace
) -> None:
    lines = ("id,name,phone", f',"{name}",999') if empty else ("name,phone", f'"{name}",999')
    found, told = rows(base, *lines)
    assert [one.folder for one in found] == ([folder] if folder else [])
    assert [d.hint for d in told] == (
        [] if folder else ["Fill in the column `id`: write lower-case letters, digits and hyphens"]
    )


def test_an_id_that_cannot_be_one_is_told_with_one_that_can(base: Workspace) -> None:
    _, (told,) = rows(base, "id,name,phone", "Larkfield Clinic,Larkfield,999")
    assert told.hint == "Write `larkfield-clinic`"


FAULTY = [
    ("missing-key", "bad,Bad,,,"),
    ("wrong-form", "bad,Bad,999,blue,"),
    ("weak-colour", "bad,Bad,999,#ffff99,"),
    ("missing-image", "bad,Bad,999,,nothing.svg"),
]


@pytest.mark.parametrize(("code", "row"), FAULTY)
def test_a_row_with_a_fault_is_left_out_and_told_at_its_cell(
    code: str, row: str, base: Workspace
) -> None:
    """A cell may go over several lines. One that is empty is told where its row begins."""
    found, told = rows(
        base,
        "id,name,phone,primary,logo",
        '"one","One","999",,',
        row.replace("Bad", '"Bad', 1).replace("Bad", 'Bad\nClinic"', 1),
        "two,Two,999,,",
    )
    assert [one.folder for one in found] == ["one", "two"]
    line = 3 if code == "missing-key" else 4
    assert [(d.code, d.place.line if d.place else 0) for d in told] == [(code, line)]
    assert told[0].message.startswith(("Cell ", "Row 3: "))


REMEDIES = {
    "address": ('"1;2;3;4;5"', "Part at most four lines with `;` or line breaks"),
    "hours": ('"a=1;b=2;c=3;d=4;e=5"', "Write at most four lines such as `Mon-Fri=9-5; Sat=9-1`"),
    "logo": ("nothing.svg", "Put the picture next to the table: an SVG, PNG or JPEG"),
    "primary": ("blue", "Write a colour such as `#1d5b66`"),
    "accent": ("red", "Write a colour such as `#9a5b2c`"),
}


ALSO = [("hours", "=9-5"), ("hours", f"Mon={'x' * 121}"), ("address", f"1 Road;{'x' * 121}")]


@pytest.mark.parametrize(
    ("column", "cell"), [(column, cell) for column, (cell, _) in REMEDIES.items()] + ALSO
)
def test_what_to_do_is_said_in_words_of_tables(column: str, cell: str, base: Workspace) -> None:
    found, (told,) = rows(base, f"name,phone,{column}", f"A,999,{cell}")
    assert not found
    assert (told.message.partition(":")[0], told.hint) == ("Cell C2", REMEDIES[column][1])


def test_a_cell_that_has_to_be_filled_in_is_told_with_its_row(base: Workspace) -> None:
    _, (told,) = rows(base, "name,phone", ",999")
    assert (told.message, told.hint) == ("Row 2: The key `name` is missing", "Fill in its column")


def test_hours_without_a_time_are_told(base: Workspace) -> None:
    found, (told,) = rows(base, "name,phone,hours", "A,999,Mon=9-5;Sat 9-1")
    assert not found
    assert told.message == "Cell C2: `Sat 9-1` has no `=` between days and times"
    assert (told.code, told.hint) == ("wrong-form", REMEDIES["hours"][1])


@pytest.mark.parametrize("missing", ["name", "phone"])
def test_a_column_that_every_table_needs_is_told(missing: str, base: Workspace) -> None:
    columns = [name for name in ("id", "name", "phone") if name != missing]
    with pytest.raises(HandoutsError) as told:
        rows(base, ",".join(columns), "a,999")
    assert [d.code for d in told.value.diagnostics] == ["missing-key"]
    assert f"`{missing}`" in told.value.diagnostics[0].message


def test_a_fault_shows_what_stands_in_the_cell(base: Workspace) -> None:
    _, (told,) = rows(base, "id,name,phone,primary", "a,A,999,blue")
    assert "`blue`" in told.message


def test_what_wants_only_a_look_is_told_and_the_clinic_is_made(base: Workspace) -> None:
    """Two colours that look alike in grey."""
    found, told = rows(base, "id,name,phone,primary,accent", "a,A,999,#1d5b66,#1d5b67")
    assert [one.folder for one in found] == ["a"]
    assert [(d.severity, d.place.line if d.place else 0) for d in told] == [("warning", 2)]


def test_a_look_of_the_base_clinic_is_not_told_again_for_each_row(
    tmp_path: Path, library: Library
) -> None:
    alike = {"brand.yaml": 'primary: "#1d5b66"\naccent: "#1d5b67"\n'}
    base = open_workspace(make_workspace(tmp_path / "base", alike), library=library)
    assert [fault.code for fault in base.diagnostics] == ["same-grey"]
    assert not rows(base, "id,name,phone", "a,A,999")[1]


def test_all_rows_share_what_was_read_once(base: Workspace) -> None:
    found, _ = rows(base, "id,name,phone", "a,A,999", "b,B,999")
    first, second = (one.catalogue for one in found)
    assert first.leaflets is second.leaflets
    assert first.workspace != second.workspace


LANGUAGES = [
    ("", ("en",), None),
    ("en; sv", ("en", "sv"), None),
    ("sv,en sv", ("sv", "en"), None),
    ("en; da", None, "Cell C2: There is no translation into `da`"),
]


@pytest.mark.parametrize(("cell", "languages", "fault"), LANGUAGES)
def test_a_row_says_the_languages_of_its_clinic(
    cell: str, languages: tuple[str, ...] | None, fault: str | None, tmp_path: Path
) -> None:
    base = make_tiny(tmp_path / "base")
    translate(base, "sv", "tiny-leaflet")
    table = tmp_path / "clinics.csv"
    table.write_text(f'name,phone,language\nOne,020 7946 0111,"{cell}"\n', "utf-8")
    found, told = collect(read_clinics(table, open_workspace(base), None))
    faults = [d for d in told if d.code == "unknown-language"]
    assert [d.message for d in faults] == ([fault] if fault else [])
    assert all(d.place and (d.place.file, d.place.line) == (table, 2) for d in faults)
    read = [clinic.catalogue.workspace.settings.model.languages for clinic in found.read]
    assert read == ([languages] if languages else [])


COLUMNS = [
    ("id,name,phon", "phon", "Did you mean `phone`?"),
    ("id,name,pohne", "pohne", "Did you mean `phone`?"),
    ("id,name,Phones", "Phones", "Did you mean `phone`?"),
    ("id,name,logi", "logi", "Did you mean `logo`?"),
    ("id,name,Notes", "Notes", "Remove the column, or begin its name with `#`"),
    ("id,xyz,name", "xyz", "Remove the column, or begin its name with `#`"),
]


@pytest.mark.parametrize(("head", "name", "hint"), COLUMNS)
def test_a_column_that_nobody_knows_is_told(
    head: str, name: str, hint: str, base: Workspace
) -> None:
    with pytest.raises(HandoutsError) as told:
        rows(base, head, "a,A,999")
    (fault,) = told.value.diagnostics
    assert (fault.code, fault.message) == ("unknown-column", f"Unknown column `{name}`")
    assert str(fault.hint).startswith(hint)
    assert fault.place
    assert fault.place.file.name == "clinics.csv"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_machine(end: str, base: Workspace) -> None:
    path = base.folder.parent / "clinics.csv"
    path.write_bytes(end.join(["id,name,phone", "a,A,999", "b,B,999", ""]).encode())
    assert [one.folder for one in read(path, base)[0]] == ["a", "b"]


EMPTY = {
    "nothing": "",
    "a blank line": "\n",
    "a head": "id,name,phone\n",
    "blank lines": "id,name,phone\n\n\n",
}


@pytest.mark.parametrize("text", EMPTY.values(), ids=EMPTY)
def test_a_table_without_clinics_is_told(text: str, base: Workspace) -> None:
    path = base.folder.parent / "clinics.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(HandoutsError, match="No clinics found"):
        read(path, base)


def test_a_table_may_have_five_megabytes(base: Workspace) -> None:
    path = base.folder.parent / "clinics.csv"
    path.write_text("id,name,phone\na,A,999\n" + "\n" * 5_000_000, "utf-8")
    os.truncate(path, 5_000_000)
    assert [one.folder for one in read(path, base)[0]] == ["a"]
    path.write_bytes(b"\n" * 5_000_001)
    with pytest.raises(HandoutsError, match="File too large") as told:
        read(path, base)
    assert "Split the table" in str(told.value.diagnostics[0].hint)


# A folder ---------------------------------------------------------------------------------------


def folder(home: Path, clinics: Mapping[str, Mapping[str, str | bytes]]) -> Path:
    for name, files in clinics.items():
        make_workspace(home / "all" / name, files)
    return home / "all"


def test_each_folder_with_settings_is_a_clinic(tmp_path: Path, base: Workspace) -> None:
    home = folder(tmp_path, {"south": {}, "north": {}, "east": {}})
    (home / "no-clinic").mkdir()
    found, told = read(home, base)
    assert [one.folder for one in found] == ["east", "north", "south"]
    assert [one.catalogue.workspace.folder for one in found] == [
        home / name for name in ("east", "north", "south")
    ]
    assert not told


def test_clinics_of_a_region_share_what_was_read_unless_they_have_words_of_their_own(
    tmp_path: Path, base: Workspace
) -> None:
    american = {"handouts.yaml": CLINIC.replace("GB", "US")}
    label = {"content/labels.yaml": "labels:\n  - key: about_title\n    text: About it\n"}
    clinics = {"a": {}, "b": american, "c": {}, "d": label, "e": american}
    found, _ = read(folder(tmp_path, clinics), base)
    a, b, c, d, e = (one.catalogue for one in found)
    assert a.leaflets is c.leaflets
    assert b.leaflets is e.leaflets
    assert len({id(each.leaflets) for each in (a, b, d)}) == 3
    assert [each.region.model.id for each in (a, b, c, d, e)] == ["GB", "US", "GB", "GB", "US"]
    assert str(d.labels["about_title"].model.text) == "About it"


def test_a_region_that_is_asked_for_takes_the_place_of_each_clinics(
    tmp_path: Path, base: Workspace
) -> None:
    found, _ = read(folder(tmp_path, {"a": {}, "b": {}}), base, "US")
    assert [one.catalogue.region.model.id for one in found] == ["US", "US"]


def test_a_clinic_that_cannot_be_read_is_told_and_the_others_go_on(
    tmp_path: Path, base: Workspace
) -> None:
    spoilt = {"handouts.yaml": "clinic: 1\n"}
    ignored = {"brand.yml": "primary: red\n"}
    found, told = read(folder(tmp_path, {"a": {}, "b": spoilt, "c": ignored}), base)
    assert [one.folder for one in found] == ["a", "c"]
    assert {d.place.file.parent.name for d in told if d.place} == {"b", "c"}
    assert "not-read" in [d.code for d in told]


def test_a_clinic_takes_the_shipped_words_of_the_base_clinic(
    tmp_path: Path, base: Workspace
) -> None:
    found, _ = read(folder(tmp_path, {"a": {}}), base)
    assert found[0].catalogue.workspace.library == base.library


def test_a_folder_without_clinics_is_told(tmp_path: Path, base: Workspace) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(HandoutsError) as told:
        read(tmp_path / "none", base)
    (fault,) = told.value.diagnostics
    assert fault.code == "no-clinics"
    assert "each with a `handouts.yaml`, or a table of clinics" in str(fault.hint)
    assert fault.place
    assert fault.place.file == tmp_path / "none"


def test_a_folder_in_which_no_clinic_can_be_read_tells_only_their_faults(
    tmp_path: Path, base: Workspace
) -> None:
    found, told = read(folder(tmp_path, {"a": {"handouts.yaml": "clinic: 1\n"}}), base)
    assert not found
    assert "no-clinics" not in [d.code for d in told]


OWN = {
    "words": ("content/leaflets/mine.yaml", True),
    "words of a region": ("content/regions/GB/blocks/a/b.yaml", True),
    "a template": ("templates/blocks/text.html.j2", True),
    "a remark": ("content/read-me.txt", False),
    "a style without a template": ("templates/style.css", False),
    "another folder": ("old/leaflets/mine.yaml", False),
}


@pytest.mark.parametrize(("file", "own"), OWN.values(), ids=OWN)
def test_a_clinic_has_files_of_its_own_where_they_would_be_read(
    file: str, own: bool, tmp_path: Path
) -> None:
    workspace = open_workspace(make_workspace(tmp_path))
    assert has_own_files(workspace) is False
    make_workspace(tmp_path, {file: "id: mine\n"})
    assert has_own_files(workspace) is own


def test_a_clinic_with_fonts_has_files_of_its_own(tmp_path: Path) -> None:
    font = FontFile(data=b"", digest="", media_type="font/ttf", family="own", weight=400)
    assert has_own_files(replace(open_workspace(make_workspace(tmp_path)), fonts=(font,)))
