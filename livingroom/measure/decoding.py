"""Files of text as people have them: packed or not, with or without a mark in front, in UTF-8 or in what Windows wrote."""

import codecs
import gzip
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

from livingroom.measure.problems import InputError

STANDARD_INPUT = "-"
_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Decoded:
    """A file's text, and in `note` what a person should know of how it was read."""

    text: str
    note: str = ""


def read_bytes(source: Path, table: str) -> bytes:
    """Return what a file holds, unpacked where it is gzip; `-` is standard input.

    Parameters
    ----------
    source : Path
    table : str
        How the file is called in sentences.

    Raises
    ------
    InputError
        There is no such file, or it is packed and broken.
    """
    if str(source) == STANDARD_INPUT:
        raw = sys.stdin.buffer.read()
    elif not source.is_file():
        raise InputError([f"{table}: there is no file {source}."])
    else:
        raw = source.read_bytes()
    if not raw.startswith(_GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError([f"{table}: {source} is packed and cannot be unpacked ({error})."]) from error


def decode(raw: bytes, source: Path, table: str) -> Decoded:
    """Return bytes as text: as their mark says, else UTF-8, else Windows-1252, which is told.

    Raises
    ------
    InputError
        It is no text.
    """
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), "")
    try:
        if encoding:
            return Decoded(raw.decode(encoding))
        if b"\0" not in raw:
            return Decoded(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        if not encoding:
            note = (
                f"{source}: it is not written in UTF-8 (byte {error.start:,}); it was read as Windows-1252."
            )
            # Five bytes mean nothing there; Latin-1 has a sign for each, so nothing is refused.
            return Decoded(_as_windows(raw), note)
    raise InputError([f"{table}: {source} is no text file."])


def _as_windows(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def delimiter_of(first_line: str) -> str:
    """Return which of comma, semicolon, tabulator and bar cuts a header: the most frequent outside quotes."""
    outside = "".join(first_line.split('"')[::2])
    return max(",;\t|", key=outside.count)
