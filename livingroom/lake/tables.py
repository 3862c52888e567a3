"""The lake's well-known tables. Others may be written too; these exist, empty, before anything was."""

import pyarrow as pa

CLICKS = pa.schema(
    [
        ("click_id", pa.string()),
        ("at", pa.int64()),  # microseconds UTC
        ("link_id", pa.int64()),
        ("visitor", pa.string()),  # "c:…" our cookie, "d:…" the day's hash
        ("class", pa.string()),  # human, preview, bot, prefetch, head, suspect, test
        ("reason", pa.string()),
        ("classifier", pa.string()),  # its version
        ("country", pa.string()),  # ISO 3166-1 alpha-2, or empty
        ("referrer_host", pa.string()),
        ("method", pa.string()),
        ("purpose", pa.string()),  # what a prefetch header said
        ("agent", pa.string()),
    ]
)

TABLES: dict[str, pa.Schema] = {"clicks": CLICKS}
