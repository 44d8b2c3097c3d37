"""One simulated retailer, shared by the tests that only look at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from passerelle.simulate import RetailerSpec, RetailerSummary, simulate_retailer


@dataclass(frozen=True)
class Simulated:
    """A folder of files, read on demand."""

    folder: Path
    spec: RetailerSpec
    summary: RetailerSummary

    def truth(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "truth" / f"{name}.parquet")

    def crm(self) -> pl.DataFrame:
        text = (self.folder / "crm_customers.csv").read_bytes().decode("cp1252")
        return pl.read_csv(text.encode(), separator=";", infer_schema=False)

    def csv(self, name: str) -> pl.DataFrame:
        return pl.read_csv(self.folder / name, infer_schema=False)

    def receipts(self) -> pl.DataFrame:
        return pl.read_parquet(self.folder / "receipts.parquet")

    def events(self, name: str = "events.jsonl") -> pl.DataFrame:
        wanted = {
            "type": pl.String,
            "messageId": pl.String,
            "anonymousId": pl.String,
            "userId": pl.String,
            "timestamp": pl.Datetime("us", "UTC"),
            "sentAt": pl.Datetime("us", "UTC"),
            "event": pl.String,
            "properties": pl.Struct(
                {"email": pl.String, "email_sha256": pl.String, "order_id": pl.String,
                 "total": pl.Float64}
            ),
            "context": pl.Struct(
                {"userAgent": pl.String, "device": pl.Struct({"advertisingId": pl.String})}
            ),
        }  # fmt: skip
        return pl.read_ndjson(self.folder / name, schema=wanted)


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = tmp_path_factory.mktemp("simulated") / "retailer"
    spec = RetailerSpec(customers=2_000, seed=7)
    return Simulated(folder, spec, simulate_retailer(spec, folder))
