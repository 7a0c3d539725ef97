"""`roger history`: what was said, decided, done and answered."""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, TextIO

from rich.console import Console
from rich.table import Table

from config.loader import load
from controller.clock import SystemClock
from controller.commands.options import add_command, add_config_option
from controller.engines import history_file
from controller.errors import RogerError
from controller.history.record import Record
from controller.history.store import COLUMNS, Query, Store

EPILOG: Final = """\
examples:
  roger history                                  the last 20 turns
  roger history --search kitchen light           those with both words in what was heard, done or answered
  roger history --since 7d --errors              what went wrong in the last seven days
  roger history --export csv --out turns.csv     all of them, for a spreadsheet; jsonl for a program
  roger history --delete --before 2026-01-01     delete the older ones; asks first
  roger history --delete --all --yes             delete everything, from a script

Where it is kept, and for how long: `history:` in roger.yaml.
"""
SHOWN: Final = 20
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula."""


def add(subparsers: Any) -> None:
    """Register the command."""
    command = add_command(subparsers, "history", "what was said, done and answered", "Shows the turns.", EPILOG)
    command.add_argument("--search", nargs="+", default=[], metavar="WORD", help="only turns with all of these words")
    command.add_argument("--since", default="", metavar="WHEN", help="a date, 2026-11-23, or an age: 7d, 12h, 30m")
    command.add_argument("--before", default="", metavar="WHEN", help="the same")
    command.add_argument("--action", default="", metavar="NAME", help="only turns that led to this action")
    command.add_argument("--errors", action="store_true", help="only turns that a problem ended")
    command.add_argument("--limit", type=int, metavar="N", help=f"the last N; {SHOWN} on the screen, else all")
    command.add_argument("--export", choices=("csv", "jsonl"), help="print all columns for another program")
    command.add_argument("--out", type=Path, metavar="FILE", help="export into a file")
    command.add_argument("--delete", action="store_true", help="delete the turns that the other options name")
    command.add_argument("--all", action="store_true", help="with --delete: all of them")
    command.add_argument("--yes", action="store_true", help="with --delete: do not ask")
    add_config_option(command)
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Show, export or delete."""
    path = history_file(load(args.config))
    if not path.exists():
        print(f"There is no history yet: {path} will be written by `roger run`.")
        return 0
    query = Query(tuple(args.search), _when(args.since), _when(args.before), args.action, args.errors)
    store = Store(path, write=args.delete)
    try:
        if args.delete:
            return _delete(store, query, args)
        if args.export:
            _export(store.find(query, -1 if args.limit is None else args.limit), args.export, args.out)
        else:
            _show(store, query, args.limit or SHOWN)
    finally:
        store.close()
    return 0


def _when(text: str) -> str:
    """A time as the database compares it. Raises `RogerError` HIS-03 for what is none."""
    if not text:
        return ""
    now = SystemClock().wall()
    unit = {"d": "days", "h": "hours", "m": "minutes"}.get(text[-1])
    try:
        if unit:
            return (now - timedelta(**{unit: float(text[:-1])})).isoformat()
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or now.tzinfo).isoformat()
    except (ValueError, OverflowError):
        raise RogerError("HIS-03", f'"{text}" is no time', "a date, 2026-11-23, or an age: 7d, 12h, 30m") from None


def _show(store: Store, query: Query, limit: int) -> None:
    console = Console()
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("when", no_wrap=True)
    for name in ("heard", "decided", "outcome"):
        table.add_column(name, overflow="fold")
    for record in reversed(list(store.find(query, limit))):
        table.add_row(record.time[:16].replace("T", " "), record.transcript, record.action, _outcome(record))
    console.print(table)
    console.print(f"{table.row_count} of {store.count(query)} turns", style="dim", highlight=False)


def _outcome(record: Record) -> str:
    if record.code:
        return f"{record.code} {record.problem}"
    return record.answer or record.results or record.outcome.replace("_", " ")


def _export(records: Iterable[Record], form: str, out: Path | None) -> None:
    if out is None:
        _write(records, form, sys.stdout)
        return
    try:
        with out.open("w", encoding="utf-8", newline="") as file:
            _write(records, form, file)
    except OSError as error:
        raise RogerError("HIS-03", f"{out} cannot be written: {error.strerror}", "give another file") from None


def _write(records: Iterable[Record], form: str, file: TextIO) -> None:
    """One after the other: a long history does not fill the memory."""
    if form == "jsonl":
        for record in records:
            file.write(json.dumps(asdict(record), ensure_ascii=False) + "\n")
        return
    sheet = csv.writer(file, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for record in records:
        sheet.writerow([_cell(value) for value in asdict(record).values()])


def _cell(value: object) -> str:
    text = json.dumps(value) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _delete(store: Store, query: Query, args: argparse.Namespace) -> int:
    if query == Query() and not args.all:
        raise RogerError("HIS-03", "--delete needs to know which", "add --search, --before, --action or --all")
    count = store.count(query)
    if count and not args.yes and input(f"Delete {count} turns for good? [y/N] ").strip().lower() not in ("y", "yes"):
        print("Nothing was deleted.")
        return 1
    print(f"{store.delete(query)} turns deleted.")
    return 0
