"""Any honest file is read, row for row, whatever its format, separator, quotes or encoding."""

import csv
import datetime as dt
import gzip
import io
import json
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.files import TableFile, guard_formula, open_table
from passerelle.files.csv_file import _HEAD_BYTES
from passerelle.files.encoding import BLOCK_BYTES

ROWS = [["Lefèvre", "Zoé", "75011"], ["Dupont; fils", "Marie", "01000"], ["Noël", "L'œil", "2A004"]]
HEADER = ["Nom", "Prénom", "CP"]


def saved(tmp_path: Path, content: bytes | str, name: str = "clients.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def whole(table: TableFile, size: int = 1000) -> pl.DataFrame:
    batches = list(table.batches(size))
    assert not any(batch.rejected for batch in batches)
    return pl.concat(batch.frame for batch in batches)


def cells(table: TableFile) -> list[list[str | None]]:
    return [list(row[:-1]) for row in whole(table).rows()]


def written(rows: list[list[str]], **options: object) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, **options).writerows(rows)  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "§"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac-roman"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_whatever_its_separator_encoding_and_line_ends(
    tmp_path: Path, delimiter: str, encoding: str, newline: str
) -> None:
    # given
    text = written([HEADER, *ROWS], delimiter=delimiter, lineterminator=newline)
    file = saved(tmp_path, text.encode(encoding, errors="replace"))
    kept = [[c.encode(encoding, "replace").decode(encoding) for c in row] for row in ROWS]

    # when
    table = open_table(file, encoding="mac-roman" if encoding == "mac-roman" else None)

    # then
    assert table.delimiter == delimiter
    assert cells(table) == kept


def test_latin_1_is_read_as_windows_1252_which_contains_it(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, "Prénom;Ville\nZoé;Alès\n".encode("latin-1")))

    assert table.encoding == "windows-1252"
    assert cells(table) == [["Zoé", "Alès"]]


def test_the_accents_of_an_old_mac_are_recognised(tmp_path: Path) -> None:
    text = "Prénom;Ville\n" + "Zoé;Orléans à côté\n" * 20
    table = open_table(saved(tmp_path, text.encode("mac-roman")))

    assert table.encoding == "mac-roman"
    assert cells(table)[0] == ["Zoé", "Orléans à côté"]


def test_the_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    # given
    text = 'Clients actifs au 12/03/2024;;\n;;\nNom;Prénom;"Code\npostal"\nA;B;C\n;;\nD;E;F\n'

    # when
    table = open_table(saved(tmp_path, text))

    # then
    assert table.columns == ("Nom", "Prénom", "Code postal")
    assert whole(table)["row_number"].to_list() == [4, 6]
    assert "The header is on row 3" in " ".join(table.notes)


def test_the_separator_excel_announces_is_obeyed(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, 'sep=;\na;b\n"1,5";x\n'))

    assert table.columns == ("a", "b")
    assert cells(table) == [["1,5", "x"]]


def test_quotes_with_a_backslash_are_understood(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, '"a","b"\n"Jean \\"Jo\\" D","C:\\\\x"\n"y","z"\n'))

    assert cells(table) == [['Jean "Jo" D', "C:\\x"], ["y", "z"]]


def test_numbers_with_commas_do_not_hide_the_semicolon(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, "Nom;Solde;Ratio\nA;1,50;2,5\nB;2,75;3,5\n"))

    assert table.delimiter == ";"


def test_a_file_of_one_column_is_read(tmp_path: Path) -> None:
    assert cells(open_table(saved(tmp_path, "email\na@b.fr\n\nc@d.fr"))) == [["a@b.fr"], ["c@d.fr"]]


def test_a_row_has_the_number_a_spreadsheet_shows(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, 'a;b\n1;"deux\nlignes"\n\n3;x\n;\n4;y\n'))

    assert whole(table)["row_number"].to_list() == [2, 4, 6]


# Excel


def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Clients"
    sheet.append(["Fichier clients — magasin de Lyon"])
    sheet.append([])
    sheet.append(["Nom", "CP", "Tél. portable", "Date de naissance", "Créé le", "Solde", "Carte"])
    sheet.append(
        [
            "Dupont",
            1000,
            639981234,
            dt.date(1980, 12, 31),
            dt.datetime(2024, 3, 12, 9, 14),
            12.5,
            2900000000017,
        ]
    )
    sheet.append([])
    sheet.append(["=1+1", "01000", "06 39 98 12 34", "31/12/1980", None, -3, "007"])
    sheet["B4"].number_format = "00000"
    book.create_sheet("Autre").append(["x", "y"])
    book["Autre"].append(["1", "2"])
    book.save(tmp_path / "clients.xlsx")
    return tmp_path / "clients.xlsx"


def test_a_french_workbook_is_read_as_a_person_sees_it(tmp_path: Path) -> None:
    # when
    table = open_table(workbook(tmp_path))

    # then
    assert table.columns == (
        "Nom",
        "CP",
        "Tél. portable",
        "Date de naissance",
        "Créé le",
        "Solde",
        "Carte",
    )
    assert whole(table).rows()[0] == (
        "Dupont", "1000", "639981234", "1980-12-31", "2024-03-12 09:14:00", "12.5", "2900000000017", 4,
    )  # fmt: skip
    assert whole(table)["row_number"].to_list() == [4, 6]
    assert "Read from the sheet 'Clients'" in table.notes[0]


def test_another_sheet_is_read_when_named(tmp_path: Path) -> None:
    assert cells(open_table(workbook(tmp_path), sheet="Autre")) == [["1", "2"]]


def test_a_workbook_inside_an_archive_is_read(tmp_path: Path) -> None:
    content = workbook(tmp_path).read_bytes()
    with zipfile.ZipFile(tmp_path / "clients.zip", "w") as archive:
        archive.writestr("export/clients.xlsx", content)
    saved(tmp_path, gzip.compress(content), "clients.xlsx.gz")

    assert len(cells(open_table(tmp_path / "clients.zip"))) == 2
    assert len(cells(open_table(tmp_path / "clients.xlsx.gz"))) == 2


# JSON and Parquet


def test_json_lines_give_dotted_columns(tmp_path: Path) -> None:
    lines = [
        {
            "id": 1,
            "nom": "Zoé",
            "adresse": {"cp": "75011", "geo": {"lat": 48.5}},
            "tags": ["a", "b"],
        },
        {"id": 2.0, "vip": True, "nom": None, "row_number": 9},
    ]
    table = open_table(saved(tmp_path, "\n".join(map(json.dumps, lines)) + "\n", "x.jsonl"))

    assert table.columns == (
        "id", "nom", "adresse.cp", "adresse.geo.lat", "tags", "vip", "row_number (2)",
    )  # fmt: skip
    assert whole(table).rows() == [
        ("1", "Zoé", "75011", "48.5", '["a","b"]', None, None, 1),
        ("2", None, None, None, None, "true", "9", 2),
    ]


def test_a_json_array_is_read(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, '[\n {"a": 1},\n {"b": "x"}\n]', "x.json"))

    assert whole(table).rows() == [("1", None, 1), (None, "x", 2)]


def test_parquet_types_become_the_text_a_person_would_say(tmp_path: Path) -> None:
    # given
    table = pa.table(
        {
            "n": pa.array([1, None]),
            "f": pa.array([1.0, 2.5]),
            "d": pa.array([dt.date(1980, 12, 31), None]),
            "t": pa.array([dt.datetime(2024, 3, 12, 9, 14), dt.datetime(2024, 3, 12)]),
            "z": pa.array([dt.datetime(2024, 3, 12, 9, 14)] * 2, pa.timestamp("us", "UTC")),
            "s": pa.array([{"cp": "75011"}, None]),
            "l": pa.array([["a"], []]),
            "c": pa.array(["x", "y"]).dictionary_encode(),
            "b": pa.array([b"abc", b"\xff"]),
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")

    # when / then
    assert whole(open_table(tmp_path / "x.parquet")).rows() == [
        ("1", "1", "1980-12-31", "2024-03-12T09:14:00", "2024-03-12T09:14:00+00:00", "75011", '["a"]', "x", "abc", 1),
        (None, "2.5", None, "2024-03-12", "2024-03-12T09:14:00+00:00", None, "[]", "y", "ff", 2),
    ]  # fmt: skip


# batches


def test_the_same_file_is_known_by_its_content(tmp_path: Path) -> None:
    one = open_table(saved(tmp_path, "a;b\n1;2\n", "un.csv"))
    two = open_table(saved(tmp_path, "a;b\n1;2\n", "deux.csv"))
    three = open_table(saved(tmp_path, "a;b\n1;3\n", "trois.csv"))

    assert one.content_id == two.content_id != three.content_id
    assert len(one.content_id) == 64


def test_an_import_can_go_on_at_any_batch(tmp_path: Path) -> None:
    # given good and bad rows mixed
    lines = [f"{n};x" if n % 7 else f"{n}" for n in range(100)]
    table = open_table(saved(tmp_path, "n;b\n" + "\n".join(lines)))

    # when
    batches = list(table.batches(9))

    # then
    assert [b.number for b in batches] == list(range(12))
    assert [b.frame.height + len(b.rejected) for b in batches] == [9] * 11 + [1]
    for start in (0, 1, 5, 11):
        again = list(table.batches(9, start=start))
        assert [b.frame.rows() for b in again] == [b.frame.rows() for b in batches[start:]]
        assert [b.rejected for b in again] == [b.rejected for b in batches[start:]]


def test_rows_are_the_same_where_blocks_meet(tmp_path: Path) -> None:
    """A file of several blocks, quoted cells with line feeds at every place, some rows bad."""
    # given
    rows = [[str(n), f'nom "{n}"\n{"é" * (n % 50)};', "x" * (n % 90)] for n in range(60_000)]
    text = written([["n", "nom", "x"], *rows], delimiter=";", lineterminator="\r\n")
    lines = text.split("\r\n")
    lines[30_000] += ";trop"
    file = saved(tmp_path, "\r\n".join(lines))
    assert file.stat().st_size > max(BLOCK_BYTES, _HEAD_BYTES)

    # when
    batches = list(open_table(file).batches(7_000))

    # then
    rejected = [row for batch in batches for row in batch.rejected]
    assert [(row.row_number, row.reason) for row in rejected] == [(30_001, "too_many_cells")]
    good = [list(row) for batch in batches for row in batch.frame.rows()]
    expected = [[a, b, c or None, n + 2] for n, (a, b, c) in enumerate(rows) if n != 29_999]
    assert good == expected


CELL = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"),
        include_characters="\n\t",
        exclude_characters="\ufeff\ufffd",  # the marks of a file's start and of lost bytes
    ),
    max_size=12,
)


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 5),
)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_what_a_csv_writer_wrote_comes_back(
    rows: list[list[str]], delimiter: str, quoting: int, newline: str, size: int
) -> None:
    # given
    header = ["colonne a", "colonne b", "colonne c"]
    text = written([header, *rows], delimiter=delimiter, quoting=quoting, lineterminator=newline)
    with TemporaryDirectory() as folder:
        file = saved(Path(folder), text)

        # when
        filled = [row for row in rows if any(row)]
        if not filled:
            return
        table = open_table(file, delimiter=delimiter, encoding="utf-8", header=True)
        batches = list(table.batches(size))

    # then
    assert not [row for batch in batches for row in batch.rejected]
    read = [list(row[:-1]) for batch in batches for row in batch.frame.rows()]
    assert read == [[cell or None for cell in row] for row in filled]
    assert all(batch.frame.height == size for batch in batches[:-1])


LINE = st.text(st.sampled_from('ab;"\n é\\\t='), max_size=25)


@given(st.lists(LINE, max_size=15))
@settings(deadline=None)
def test_no_line_is_ever_lost_nor_read_twice(lines: list[str]) -> None:
    """Whatever the quotes: each line of the file is in exactly one row, good or rejected."""
    # given
    text = "a;b;c\n1;2;3\n" + "\n".join(lines) + "\n7;8;9\n"
    with TemporaryDirectory() as folder:
        table = open_table(saved(Path(folder), text), delimiter=";", encoding="utf-8", header=True)

        # when
        batches = list(table.batches(4))

    # then
    frame = pl.concat(batch.frame for batch in batches)
    numbers = [
        *frame["row_number"],
        *(row.row_number for batch in batches for row in batch.rejected),
    ]
    assert len(numbers) == len(set(numbers))
    said = "".join(
        [*(cell or "" for row in frame.rows() for cell in row[:-1])]
        + [row.original for batch in batches for row in batch.rejected]
    )
    for mark in "abé=":
        assert said.count(mark) == text[len("a;b;c\n") :].count(mark)
    assert frame.rows()[0][:3] == ("1", "2", "3")


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_no_bytes_crash_the_reader(content: bytes) -> None:
    from passerelle.kernel import InvalidInput

    with TemporaryDirectory() as folder:
        for name in ("x.csv", "x.xlsx", "x.jsonl", "x.zip", "x.parquet"):
            try:
                list(open_table(saved(Path(folder), content, name)).batches(10))
            except InvalidInput as error:
                assert error.message and error.hint


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1+cmd|x", "'+1+cmd|x"),
        ("-2+3+cmd|x", "'-2+3+cmd|x"),
        ("\tx", "'\tx"),
        ("+33 6 39 98 12 34", "+33 6 39 98 12 34"),
        ("-12,50", "-12,50"),
        ("Dupont", "Dupont"),
        ("", ""),
    ],
)
def test_what_leaves_for_a_spreadsheet_is_disarmed(text: str, guarded: str) -> None:
    assert guard_formula(text) == guarded
