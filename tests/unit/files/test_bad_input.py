"""Files nobody should have to deal with: each is refused, or rejects its row, in plain words."""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passerelle.files import ReadLimits, RejectedRow, TableFile, open_table
from passerelle.kernel import InvalidInput


def saved(tmp_path: Path, content: bytes | str, name: str = "clients.csv") -> Path:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def refusal(file: Path, **options: object) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        for _batch in open_table(file, **options).batches(10):  # type: ignore[arg-type]
            pass
    assert caught.value.hint
    return caught.value


def read(table: TableFile) -> tuple[list[tuple[object, ...]], list[RejectedRow]]:
    rows: list[tuple[object, ...]] = []
    rejected: list[RejectedRow] = []
    for batch in table.batches(3):
        rows += batch.frame.rows()
        rejected += batch.rejected
    return rows, rejected


def notes(table: TableFile) -> str:
    return " ".join(
        [*table.notes, *(note for batch in table.batches(10**6) for note in batch.notes)]
    )


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


# what is not a file to read


def test_a_missing_file(tmp_path: Path) -> None:
    assert "There is no file" in refusal(tmp_path / "absent.csv").message


def test_a_folder_instead_of_a_file(tmp_path: Path) -> None:
    assert "is a folder, not a file" in refusal(tmp_path).message


def test_something_that_is_no_ordinary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube")

    assert "not an ordinary file" in refusal(tmp_path / "tube").message


def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    # given a symbolic link that turns in circles: even root cannot open it
    (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")

    assert "a.csv" in refusal(tmp_path / "a.csv").message


READ = """
import sys
from pathlib import Path
from passerelle.collect import open_table
from passerelle.kernel import InvalidInput
from tests.servers.permissions import obey_permissions
obey_permissions()
try:
    open_table(Path(sys.argv[1]))
except InvalidInput as error:
    print(error.message)
"""


def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    file = saved(tmp_path, "a;b\n1;2\n")
    file.chmod(0)

    # in a process of its own, which gives up root's right to read everything
    reading = [sys.executable, "-c", READ, str(file)]
    done = subprocess.run(reading, check=False, capture_output=True, text=True)

    assert done.stderr == ""
    assert "cannot be read" in done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_file_whose_reading_fails_says_why() -> None:
    # the memory of a process is a file that opens and cannot be read at its start, even by root
    refused = refusal(Path("/proc/self/mem"))

    assert "cannot be read: Input/output error" in refused.message


def test_an_empty_file(tmp_path: Path) -> None:
    assert "is empty" in refusal(saved(tmp_path, "")).message


def test_a_file_of_blank_lines(tmp_path: Path) -> None:
    assert "no row with anything in it" in refusal(saved(tmp_path, "\n\n  \n")).message


def test_a_header_without_rows(tmp_path: Path) -> None:
    refused = refusal(saved(tmp_path, "Nom;Prénom\n\n;\n"))

    assert "names its columns and has no row under them" in refused.message


def test_binary_junk(tmp_path: Path) -> None:
    assert "is not text" in refusal(saved(tmp_path, bytes(range(256)) * 50)).message


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"%PDF-1.7 ", "PDF"), (b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf'\x1c", "7-Zip")],
)
def test_a_file_of_another_trade(tmp_path: Path, content: bytes, kind: str) -> None:
    assert f"is a {kind} file" in refusal(saved(tmp_path, content * 10)).message


def test_a_web_page_called_xls(tmp_path: Path) -> None:
    file = saved(tmp_path, "<html><table><tr><td>Nom</td></tr></table></html>", "clients.xls")

    assert "is a web page" in refusal(file).message


# separators, headers, columns


def test_the_wrong_separator(tmp_path: Path) -> None:
    refused = refusal(saved(tmp_path, "Nom;Prénom;CP\nA;B;1\n"), delimiter=",")

    assert refused.message == "The separator ',' gives a single column where ';' gives 3."


def test_an_encoding_nobody_knows(tmp_path: Path) -> None:
    assert (
        "no encoding called 'klingon'"
        in refusal(saved(tmp_path, "a;b\n1;2"), encoding="klingon").message
    )


@pytest.mark.parametrize(
    "row",
    ["Durand;camille@exemple.fr", "Durand;06 39 98 12 34", "Durand;75011", "Durand;31/12/1980"],
)
def test_a_missing_header(tmp_path: Path, row: str) -> None:
    refused = refusal(saved(tmp_path, f"{row}\n{row}\n"))

    assert "first row looks like data" in refused.message
    assert "--no-header" in refused.hint
    assert "Durand" not in refused.message + refused.hint


def test_a_file_without_header_is_read_when_told_so(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, "a@b.fr;75011\nc@d.fr;69002\n"), header=False)

    assert table.columns == ("column 1", "column 2")
    assert read(table)[0] == [("a@b.fr", "75011", 1), ("c@d.fr", "69002", 2)]


def test_duplicate_and_nameless_columns_are_renamed(tmp_path: Path) -> None:
    table = open_table(saved(tmp_path, "x;x;;x (2);x;row_number\n1;2;3;4;5;6\n"))

    assert table.columns == ("x", "x (2)", "column 3", "x (2) (2)", "x (3)", "row_number (2)")
    assert "had the name of another" in notes(table)


def test_too_many_columns(tmp_path: Path) -> None:
    file = saved(tmp_path, ";".join(f"c{n}" for n in range(50)) + "\n" + ";" * 49 + "x\n")

    assert "50 columns" in refusal(file, limits=ReadLimits(max_columns=40)).message


# rows


def test_ragged_rows_are_rejected_and_their_neighbours_kept(tmp_path: Path) -> None:
    # given
    file = saved(tmp_path, "a;b;c\n1;2;3\n4;5\n6;7;8;9\n10;11;12;\n13;14;15\n")

    # when
    rows, rejected = read(open_table(file))

    # then
    assert rows == [("1", "2", "3", 2), ("10", "11", "12", 5), ("13", "14", "15", 6)]
    assert [(r.row_number, r.reason, r.original) for r in rejected] == [
        (3, "too_few_cells", "4;5"),
        (4, "too_many_cells", "6;7;8;9"),
    ]
    assert "4 cells and the header 3" in rejected[1].detail


def test_an_unclosed_quote_costs_its_own_row_only(tmp_path: Path) -> None:
    # given
    lines = [f"{n};Nom {n};Ville" for n in range(3000)]
    lines[1000] = '1000;"Nom 1000;Ville'
    lines[2000] = '2000;"Nom ""2000"" sur\ndeux lignes";Ville'
    file = saved(tmp_path, "n;nom;ville\n" + "\n".join(lines) + "\n")

    # when
    rows, rejected = read(open_table(file))

    # then
    assert [(r.row_number, r.reason) for r in rejected] == [(1002, "unclosed_quote")]
    assert len(rows) == 2999
    assert rows[1999] == ("2000", 'Nom "2000" sur\ndeux lignes', "Ville", 2002)
    assert rows[-1] == ("2999", "Nom 2999", "Ville", 3001)


def test_two_unclosed_quotes_do_not_pair_up_over_their_neighbours(tmp_path: Path) -> None:
    file = saved(tmp_path, 'a;b\n1;"x\n2;y\n3;"z\n4;t\n')

    rows, rejected = read(open_table(file))

    assert [r.row_number for r in rejected] == [2, 4]
    assert rows == [("2", "y", 3), ("4", "t", 5)]


def test_quotes_nobody_doubled_are_kept(tmp_path: Path) -> None:
    table = open_table(
        saved(tmp_path, 'a;b\n1;"Jean "Jo" Dupont"\n2;5" de tuyau\n3;"Le Gourmet" bis\n')
    )

    assert [row[1] for row in read(table)[0]] == [
        'Jean "Jo" Dupont',
        '5" de tuyau',
        '"Le Gourmet" bis',
    ]
    assert "without doubling them" in notes(table)


def test_a_cell_of_a_million_characters(tmp_path: Path) -> None:
    # given
    file = saved(tmp_path, "a;b\n1;x\n2;" + "y" * 10**6 + "\n3;z\n")

    # when
    rows, rejected = read(open_table(file))

    # then
    assert [row[0] for row in rows] == ["1", "3"]
    assert (rejected[0].row_number, rejected[0].reason) == (3, "cell_too_long")
    assert len(rejected[0].original) < 100_000


def test_nul_bytes(tmp_path: Path) -> None:
    rows, rejected = read(open_table(saved(tmp_path, "a;b\n1;x\n2;\0\0\n3;z\n")))

    assert [row[0] for row in rows] == ["1", "3"]
    assert (rejected[0].reason, rejected[0].original) == ("nul_bytes", "2;␀␀")


def test_mixed_encodings_are_read_each_in_its_own(tmp_path: Path) -> None:
    content = (
        "Prénom;Nom\nZoé;Lefèvre\n".encode() + "Anaïs;Noël\n".encode("cp1252") + b"Luc;Petit\n"
    )
    table = open_table(saved(tmp_path, content))

    assert [row[:2] for row in read(table)[0]] == [
        ("Zoé", "Lefèvre"),
        ("Anaïs", "Noël"),
        ("Luc", "Petit"),
    ]
    assert "1 line was in another encoding" in notes(table)


def test_bytes_that_the_encoding_asked_for_does_not_know_reject_their_row(tmp_path: Path) -> None:
    content = "Prénom;Nom\nZoé;Petit\n".encode() + "Anaïs;Noël\n".encode("cp1252") + b"Luc;Petit\n"

    rows, rejected = read(open_table(saved(tmp_path, content), encoding="utf-8"))

    assert [row[0] for row in rows] == ["Zoé", "Luc"]
    assert (rejected[0].row_number, rejected[0].reason) == (3, "bad_encoding")


def test_formulas_are_kept_as_said_and_pointed_out(tmp_path: Path) -> None:
    table = open_table(
        saved(
            tmp_path,
            "nom;tel;solde\n=cmd|' /C calc'!A0;+33 6 39 98 12 34;-12,50\n@SUM(1);+1+cmd;x\n",
        )
    )

    assert read(table)[0][0][:3] == ("=cmd|' /C calc'!A0", "+33 6 39 98 12 34", "-12,50")
    assert "3 cells start like a formula" in notes(table)


def test_bad_lines_of_json(tmp_path: Path) -> None:
    file = saved(tmp_path, '{"a": 1}\n{"a": \n[1]\n{"a": "\\u0000"}\n{"a": 2}\n', "x.jsonl")

    rows, rejected = read(open_table(file))

    assert rows == [("1", 1), ("2", 5)]
    assert [(r.row_number, r.reason) for r in rejected] == [
        (2, "bad_json"),
        (3, "not_an_object"),
        (4, "nul_bytes"),
    ]


def test_json_of_endless_depth(tmp_path: Path) -> None:
    file = saved(tmp_path, '{"a": 1}\n' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "\n", "x.jsonl")

    assert [r.reason for r in read(open_table(file))[1]] == ["bad_json"]


def test_a_json_array_cut_off(tmp_path: Path) -> None:
    assert "broken or cut off" in refusal(saved(tmp_path, '[{"a": 1}, {"a":', "x.json")).message


# packed files


def test_a_gzip_cut_off_is_refused_before_its_first_row(tmp_path: Path) -> None:
    packed = gzip.compress(b"a;b\n" + b"1;2\n" * 10_000)

    assert "cut off" in refusal(saved(tmp_path, packed[:-10], "x.csv.gz")).message
    assert (
        "damaged" in refusal(saved(tmp_path, packed[:30] + b"xx" + packed[32:], "x.csv.gz")).message
    )


@pytest.mark.parametrize("name", ["x.csv.gz", "x.zip"])
def test_a_bomb_is_refused_early(tmp_path: Path, name: str) -> None:
    content = b"a;b\n" + b"0" * 60_000_000
    packed = gzip.compress(content) if name.endswith("gz") else zipped({"x.csv": content})
    limits = ReadLimits(ratio_grace_bytes=1 << 20)

    assert (
        "expands beyond what a table does"
        in refusal(saved(tmp_path, packed, name), limits=limits).message
    )


def test_an_archive_that_says_it_is_huge_is_refused_unopened(tmp_path: Path) -> None:
    packed = zipped({"x.csv": b"a;b\n1;2\n" * 1000})
    limits = ReadLimits(max_expanded_bytes=1000)

    assert "once unpacked" in refusal(saved(tmp_path, packed, "x.zip"), limits=limits).message


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "C:\\x.csv", "a/../../x.csv"])
def test_a_name_that_leads_out_of_the_archive(tmp_path: Path, name: str) -> None:
    packed = zipped({name: b"a;b\n1;2\n"})

    assert "leads out of it" in refusal(saved(tmp_path, packed, "x.zip")).message


def test_an_archive_of_several_files_asks_which(tmp_path: Path) -> None:
    packed = zipped(
        {"abonnes.csv": b"a;b\n1;2\n", "desabonnes.csv": b"a;b\n3;4\n", "__MACOSX/x": b""}
    )
    file = saved(tmp_path, packed, "x.zip")

    assert "abonnes.csv, desabonnes.csv" in refusal(file).hint
    assert "abonnes.csv" in refusal(file, sheet="autre.csv").hint
    assert read(open_table(file, sheet="desabonnes.csv"))[0] == [("3", "4", 2)]


def test_a_password_is_asked_for_and_checked(tmp_path: Path) -> None:
    file = saved(tmp_path, zip_crypto("x.csv", b"a;b\n1;2\n", b"secret"), "x.zip")

    assert "protected by a password" in refusal(file).message
    assert "--password" in refusal(file).hint
    assert "does not open the archive" in refusal(file, password="faux").message
    assert read(open_table(file, password="secret"))[0] == [("1", "2", 2)]


def test_a_workbook_with_a_password_says_how_to_take_it_off(tmp_path: Path) -> None:
    # given what Excel writes: an OLE container with an encrypted package
    content = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    )

    refused = refusal(saved(tmp_path, content + bytes(4000), "clients.xlsx"))

    assert "protected by a password" in refused.message
    assert "remove the password" in refused.hint


# workbooks and Parquet


def test_an_xlsx_that_is_none(tmp_path: Path) -> None:
    refused = refusal(saved(tmp_path, "Nom;Prénom\nA;B\n", "clients.xlsx"))

    assert "is not a workbook" in refused.message
    assert "rename it to .csv" in refused.hint
    assert "without a workbook" in refusal(saved(tmp_path, zipped({"x": b"y"}), "c.xlsx")).message


def test_a_workbook_cut_off(tmp_path: Path) -> None:
    content = workbook([["Nom", "CP"], ["A", "B"]])

    assert refusal(saved(tmp_path, content[: len(content) // 2], "clients.xlsx")).message


def test_a_cell_at_the_far_corner_does_not_fill_the_memory(tmp_path: Path) -> None:
    # given
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"] = "Nom", "x"  # type: ignore[index]
    book.active["XFD1048576"] = "piège"  # type: ignore[index]
    stream = io.BytesIO()
    book.save(stream)

    # then
    refused = refusal(saved(tmp_path, stream.getvalue(), "clients.xlsx"))
    assert "1048576 rows of 16384 columns" in refused.message


def test_a_workbook_bomb(tmp_path: Path) -> None:
    sheet = b"<worksheet><sheetData>" + b" " * 80_000_000 + b"</sheetData></worksheet>"
    content = zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": sheet})

    assert "expands beyond" in refusal(saved(tmp_path, content, "clients.xlsx")).message


def test_an_unknown_sheet_lists_the_known_ones(tmp_path: Path) -> None:
    file = saved(tmp_path, workbook([["Nom", "CP"], ["A", "B"]]), "clients.xlsx")

    assert "It has: Sheet" in refusal(file, sheet="Feuille").hint


def test_a_truncated_parquet(tmp_path: Path) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"a": list(range(1000))}), stream)
    content = stream.getvalue()

    assert "damaged or cut off" in refusal(saved(tmp_path, content[:-20], "x.parquet")).message
    assert "damaged or cut off" in refusal(saved(tmp_path, content[:200], "x.parquet")).message
    assert "beginning is missing" in refusal(saved(tmp_path, content[100:], "x.parquet")).message


def zip_crypto(name: str, content: bytes, password: bytes) -> bytes:
    """A zip encrypted the traditional way (APPNOTE.TXT 6.1), which Python reads but cannot write."""
    import zlib

    crc = zlib.crc32(content)
    table = [_crc_entry(n) for n in range(256)]
    keys = [0x12345678, 0x23456789, 0x34567890]

    def update(byte: int) -> None:
        keys[0] = keys[0] >> 8 ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = (keys[1] + (keys[0] & 0xFF)) * 134775813 + 1 & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ table[(keys[2] ^ keys[1] >> 24) & 0xFF]

    for byte in password:
        update(byte)
    secret = bytearray()
    for byte in bytes(11) + bytes([crc >> 24]) + content:
        mask = keys[2] | 2
        secret.append(byte ^ (mask * (mask ^ 1) >> 8 & 0xFF))
        update(byte)
    plain = io.BytesIO(zipped({name: content}, zipfile.ZIP_STORED))
    packed = bytearray(plain.getvalue())
    start = 30 + len(name)
    packed[start : start + len(content)] = secret
    directory = packed.index(b"PK\x01\x02")
    packed[6] |= 1
    packed[directory + 8] |= 1
    for at in (18, directory + 20):
        packed[at : at + 4] = len(secret).to_bytes(4, "little")
    end = packed.index(b"PK\x05\x06")
    packed[end + 16 : end + 20] = directory.to_bytes(4, "little")
    return bytes(packed)


def _crc_entry(value: int) -> int:
    for _ in range(8):
        value = value >> 1 ^ 0xEDB88320 if value & 1 else value >> 1
    return value
