"""What a redirector is started with."""

from dataclasses import dataclass, field
from pathlib import Path

from livingroom.links.redirector.journal import Durability


@dataclass(frozen=True)
class Settings:
    database_url: str = field(repr=False)  # holds a password
    data_dir: Path
    host: str = "127.0.0.1"
    port: int = 8001
    durability: Durability = Durability.DISK
    trusted_proxies: int = 0  # how many of our own proxies stand in front and add to X-Forwarded-For
    hosts: frozenset[str] = frozenset()  # the names answered, without port; none named: any
    segment_seconds: float = 3.0
