"""The index of all words ever said: a generated column with GIN on PostgreSQL, FTS5 kept by triggers on SQLite."""

from typing import Any

from django.db import connections

# Letters are decomposed and their marks taken off; punctuation becomes space, so that `shop.example` is two words here
# as it is on SQLite. A tsvector has an end; nobody searches the words of a message after a hundred thousand letters.
POSTGRESQL = r"""
CREATE OR REPLACE FUNCTION inbox_fold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT translate(
        regexp_replace(normalize(lower(left(said, 100000)), NFKD), '[\u0300-\u036f]', '', 'g'),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '
    )
$$;
ALTER TABLE inbox_message
    ADD COLUMN IF NOT EXISTS search tsvector GENERATED ALWAYS AS (to_tsvector('simple', inbox_fold(text))) STORED;
CREATE INDEX IF NOT EXISTS message_words ON inbox_message USING gin (search);
CREATE INDEX IF NOT EXISTS conversation_tags ON inbox_conversation USING gin (tags jsonb_path_ops);
"""
NOT_POSTGRESQL = """
DROP INDEX IF EXISTS conversation_tags;
ALTER TABLE inbox_message DROP COLUMN IF EXISTS search;
DROP FUNCTION IF EXISTS inbox_fold;
"""

SQLITE = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS inbox_message_words
       USING fts5(text, content='inbox_message', content_rowid='id', tokenize="unicode61 remove_diacritics 2")""",
    """CREATE TRIGGER IF NOT EXISTS inbox_message_said AFTER INSERT ON inbox_message BEGIN
       INSERT INTO inbox_message_words(rowid, text) VALUES (new.id, new.text); END""",
    """CREATE TRIGGER IF NOT EXISTS inbox_message_unsaid AFTER DELETE ON inbox_message BEGIN
       INSERT INTO inbox_message_words(inbox_message_words, rowid, text) VALUES ('delete', old.id, old.text); END""",
    """CREATE TRIGGER IF NOT EXISTS inbox_message_edited AFTER UPDATE OF text ON inbox_message BEGIN
       INSERT INTO inbox_message_words(inbox_message_words, rowid, text) VALUES ('delete', old.id, old.text);
       INSERT INTO inbox_message_words(rowid, text) VALUES (new.id, new.text); END""",
)
NOT_SQLITE = (
    "DROP TRIGGER IF EXISTS inbox_message_said",
    "DROP TRIGGER IF EXISTS inbox_message_unsaid",
    "DROP TRIGGER IF EXISTS inbox_message_edited",
    "DROP TABLE IF EXISTS inbox_message_words",
)
REBUILD = "INSERT INTO inbox_message_words(inbox_message_words) VALUES ('rebuild')"
KNOWN_TRIGGERS = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'inbox_message_%'"


def build(cursor: Any, vendor: str) -> None:
    if vendor == "postgresql":
        cursor.execute(POSTGRESQL)
        return
    for statement in SQLITE:
        cursor.execute(statement)
    cursor.execute(REBUILD)


def take_down(cursor: Any, vendor: str) -> None:
    if vendor == "postgresql":
        cursor.execute(NOT_POSTGRESQL)
        return
    for statement in NOT_SQLITE:
        cursor.execute(statement)


def mend(cursor: Any, vendor: str) -> bool:
    """SQLite changes a table by making it anew, without its triggers: put them back, and index what came meanwhile."""
    if vendor != "sqlite":
        return False
    cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'inbox_message_words'")
    if not cursor.fetchone()[0]:
        return False
    cursor.execute(KNOWN_TRIGGERS)
    if cursor.fetchone()[0] == len(SQLITE) - 1:
        return False
    build(cursor, vendor)
    return True


def mend_after_migrating(sender: object, *, using: str, **rest: object) -> None:
    with connections[using].cursor() as cursor:
        mend(cursor, connections[using].vendor)
