"""Files to import in tests: people, visits and purchases, with the dirt that real ones have."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

_FIRST = ("Zoé", "Luc", "Ana", "Jean-Noël", "Inès", "Ugo", "Léa", "Paul")
_LAST = ("Martin", "Petit", "Le Goff", "Roux", "Durand", "d'Arc", "Morel", "Blanc")
_HEADER = ("Code client", "Nom", "Prénom", "Courriel", "Tél. portable", "Né le", "Modifié le")


def write_records(
    file: Path, rows: int, *, seed: int, first: int = 0, repeated: float = 0.05
) -> Path:
    """Customers: a tenth share a phone, some come twice, some rows are bad.

    The same customer in two files is the same but for what the seed changes.
    """
    rng = random.Random(seed)
    with file.open("w", newline="", encoding="utf-8") as stream:
        write = csv.writer(stream, delimiter=";")
        write.writerow(_HEADER)
        for number in range(first, first + rows):
            if number % 97 == 5:
                stream.write(f'{number};"ouvert;trop;;;;;\n' if number % 2 else f"{number};a\n")
                continue
            if number % 89 == 7:
                write.writerow(["", "", "", f"pas-un-mail-{number}", "", "", ""])
                continue
            who = number if rng.random() >= repeated else rng.randrange(first, first + rows)
            mail = f"p{who}@exemple.fr" if rng.random() < 0.9 else f"q{who}@exemple.fr"
            phone = f"06{41000000 + (who // 10 if who % 10 == 0 else who):08d}"
            born = f"{1 + who % 28:02d}/{1 + who % 12:02d}/{1950 + who % 50}"
            born = "31/02/1980" if who % 53 == 0 else born
            changed = f"2025-0{rng.randint(1, 9)}-1{rng.randint(0, 9)} 10:00"
            write.writerow([f"C{who}", _LAST[who % 8], _FIRST[who % 7], mail, phone, born, changed])
    return file


def write_events(file: Path, rows: int, *, seed: int, first: int = 0) -> Path:
    """Visits in Segment's form: repeats, events without an id or a time, and bad lines."""
    rng = random.Random(seed)
    with file.open("w", encoding="utf-8") as stream:
        for number in range(first, first + rows):
            if number % 61 == 3:
                stream.write(f'{{"type": "track", "n": {number}\n')
                continue
            if number % 71 == 4:
                stream.write(json.dumps({"type": "track", "event": "Vu", "x": number}) + "\n")
                continue
            who = number % 200
            event = {
                "type": "identify" if number % 3 == 0 else "track",
                "event": None if number % 3 == 0 else "Order Completed",
                "anonymousId": f"cookie-{who}",
                "userId": f"login{who}" if rng.random() < 0.5 else None,
                "timestamp": f"2026-01-{1 + number % 28:02d}T10:00:00Z" if number % 7 else None,
                "messageId": f"m{number if rng.random() < 0.95 else number - 1}"
                if number % 11
                else None,
                "traits": {"email": f"p{who}@exemple.fr"} if rng.random() < 0.5 else {},
            }
            stream.write(json.dumps({k: v for k, v in event.items() if v is not None}) + "\n")
    return file


def write_receipts(file: Path, rows: int, *, seed: int, first: int = 0) -> Path:
    """Lines of receipts: some come twice, some are bad; amounts depend on the seed."""
    rng = random.Random(seed)
    with file.open("w", newline="", encoding="utf-8") as stream:
        write = csv.writer(stream, delimiter=";")
        write.writerow(["N° ticket", "Ligne", "Date", "N° carte", "Article", "Montant TTC"])
        for number in range(first, first + rows):
            ticket, line = divmod(number, 3)
            if rng.random() < 0.03:
                ticket = rng.randrange(ticket + 1)
            day = "31/02/2026" if number % 67 == 5 else f"{1 + number % 28:02d}/01/2026 10:30"
            amount = "gratuit" if number % 59 == 8 else f"{number % 90},{rng.randint(10, 13)}"
            write.writerow([f"T{ticket}", line + 1, day, f"CARTE{number % 50:05d}", "thé", amount])
    return file
