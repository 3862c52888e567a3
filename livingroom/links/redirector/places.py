"""Where the redirector and the shipper keep their files, below the house's data folder."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Places:
    home: Path

    @property
    def segments(self) -> Path:
        return self.home / "clicks" / "segments"

    @property
    def keys(self) -> Path:
        return self.home / "clicks" / "keys"

    @property
    def pending(self) -> Path:
        """Parquet written but not yet in the lake: it enters once the counts are committed."""
        return self.home / "clicks" / "pending"

    @property
    def gaps_folder(self) -> Path:
        return self.home / "clicks"

    def gaps(self, worker: int) -> Path:
        return self.gaps_folder / f"gaps-w{worker}.json"

    def snapshot(self, worker: int) -> Path:
        return self.home / "redirector" / f"links-w{worker}.sqlite3"

    def lock(self, worker: int) -> Path:
        return self.home / "redirector" / f"w{worker}.lock"

    def make(self) -> None:
        for folder in (self.segments, self.keys, self.pending, self.home / "redirector"):
            folder.mkdir(parents=True, exist_ok=True)
