"""The lake: clicks, touches, orders and what is made from them, as Parquet files that DuckDB reads."""

from livingroom.lake.compaction import compact, rewrite
from livingroom.lake.lake import Lake, UnknownTable
from livingroom.lake.places import LakeAddressProblem
from livingroom.lake.tables import CLICKS

__all__ = ["CLICKS", "Lake", "LakeAddressProblem", "UnknownTable", "compact", "rewrite"]
