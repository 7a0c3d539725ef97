"""The database of turns: SQLite with a write-ahead log, so that what was committed outlives a pulled plug."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from controller.errors import RogerError
from controller.history.record import Record

BUSY_S: Final = 5.0
"""How long a write waits for that of another process."""
SEARCHED: Final = ("transcript", "action", "results", "answer", "problem")
MIGRATIONS: Final = (
    """
    CREATE TABLE turns (
        id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, turn INTEGER NOT NULL, time TEXT NOT NULL,
        who TEXT NOT NULL, language TEXT NOT NULL, transcript TEXT NOT NULL, action TEXT NOT NULL, why TEXT NOT NULL,
        outcome TEXT NOT NULL, results TEXT NOT NULL, answer TEXT NOT NULL, image TEXT NOT NULL, code TEXT NOT NULL,
        problem TEXT NOT NULL, timings_s TEXT NOT NULL, UNIQUE (run, turn)
    );
    CREATE INDEX turns_by_time ON turns (time);
    """,
)
"""What makes version n + 1 of version n; a database says in user_version which one it is."""
COLUMNS: Final = tuple(field.name for field in fields(Record))
ROWS_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Query:
    """Which turns.

    Attributes:
        words: That all stand in what was heard, done or answered.
        since: ISO 8601, inclusive; before: exclusive.
        errors: Only turns that a problem ended.
    """

    words: Sequence[str] = ()
    since: str = ""
    before: str = ""
    action: str = ""
    errors: bool = False


class Store:
    """One connection. Use it on one thread; other processes may have their own.

    Raises:
        RogerError: HIS-01 where the file cannot be opened, HIS-02 where it is damaged.
    """

    def __init__(self, path: Path, write: bool = True) -> None:
        try:
            if write:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch(0o600)
            self._connection = sqlite3.connect(
                path if write else f"{path.absolute().as_uri()}?mode=ro", BUSY_S, uri=not write
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk when it returns
            if write:
                self._connection.execute("PRAGMA journal_mode = WAL")
            self._migrate(write)
        except (sqlite3.Error, OSError) as error:
            raise explained(error, path) from None

    def add(self, records: Sequence[Record]) -> None:
        """Keep them; what was kept of the same turns is replaced. They are on the disk once this returns.

        Raises:
            sqlite3.Error: Nothing was kept.
        """
        rows = [{**asdict(record), "timings_s": json.dumps(record.timings_s)} for record in records]
        names = ", ".join(COLUMNS)
        values = ", ".join(f":{name}" for name in COLUMNS)
        changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:])
        with self._connection:
            self._connection.executemany(
                f"INSERT INTO turns ({names}) VALUES ({values}) ON CONFLICT (run, turn) DO UPDATE SET {changes}", rows
            )

    def find(self, query: Query, limit: int = -1) -> Iterator[Record]:
        """The newest first, `limit` of them; none are held in memory but those under way."""
        where, values = _where(query)
        found = self._connection.execute(f"SELECT * FROM turns{where} ORDER BY id DESC LIMIT ?", [*values, limit])
        with closing(found):
            while rows := found.fetchmany(ROWS_AT_ONCE):
                yield from map(_record, rows)

    def count(self, query: Query) -> int:
        where, values = _where(query)
        return int(self._connection.execute(f"SELECT count(*) FROM turns{where}", values).fetchone()[0])

    def delete(self, query: Query) -> int:
        """How many were deleted; nothing of them is left in the file."""
        where, values = _where(query)
        with self._connection:
            self._connection.execute("PRAGMA secure_delete = ON")
            deleted = self._connection.execute(f"DELETE FROM turns{where}", values).rowcount
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(deleted)

    def prune(self, before: str, keep: int) -> None:
        """Delete what is older than `before`, and all but the newest `keep`."""
        with self._connection:
            self._connection.execute(
                "DELETE FROM turns WHERE time < ? OR id <= (SELECT max(id) FROM turns) - ?", [before, keep]
            )

    def close(self) -> None:
        self._connection.close()

    def _migrate(self, write: bool) -> None:
        version = int(self._connection.execute("PRAGMA user_version").fetchone()[0])
        if version > len(MIGRATIONS) or (version < len(MIGRATIONS) and not write):
            raise RogerError("HIS-01", "the history is of another version of Roger", "update Roger")
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            self._connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;")


def set_aside(path: Path, suffix: str) -> Path:
    """Put a damaged database where it is in nobody's way, and can still be looked at."""
    aside = path.with_name(f"{path.name}.damaged-{suffix}")
    path.replace(aside)
    for side in ("-wal", "-shm"):
        path.with_name(path.name + side).unlink(missing_ok=True)
    return aside


def explained(error: Exception, path: Path) -> RogerError:
    """What `error` means to the user."""
    reason = str(error.strerror if isinstance(error, OSError) else error)
    if isinstance(error, sqlite3.DatabaseError) and any(word in reason for word in ("not a database", "malformed")):
        return RogerError("HIS-02", f"{path} is damaged: {reason}", "it is set aside, and a new history begun")
    full = "full" in reason or os.strerror(28) in reason
    return RogerError("HIS-01", f"{path}: {reason}", "make room on the disk" if full else "look at history.folder")


def _where(query: Query) -> tuple[str, list[Any]]:
    parts: list[tuple[str, list[Any]]] = []
    for word in query.words:
        escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        likes = " OR ".join(f"{name} LIKE ? ESCAPE '\\'" for name in SEARCHED)
        parts.append((f"({likes})", [f"%{escaped}%"] * len(SEARCHED)))
    if query.since:
        parts.append(("julianday(time) >= julianday(?)", [query.since]))
    if query.before:
        parts.append(("julianday(time) < julianday(?)", [query.before]))
    if query.action:
        parts.append(("(action = ? OR action LIKE ?)", [query.action, f"{query.action} %"]))
    if query.errors:
        parts.append(("code != ''", []))
    where = " AND ".join(text for text, _ in parts)
    return (f" WHERE {where}" if where else ""), [value for _, values in parts for value in values]


def _record(row: sqlite3.Row) -> Record:
    values = {name: row[name] for name in COLUMNS}
    return Record(**{**values, "timings_s": json.loads(values["timings_s"])})
