"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from config.loader import DEFAULT_FOLDER


def add_command(subparsers: Any, name: str, text: str, description: str = "", epilog: str = "") -> Any:
    """Register a command: `text` is its line in the list, `description` and `epilog` head and close its own help."""
    return subparsers.add_parser(
        name,
        help=text,
        description=description or f"{text[0].upper()}{text[1:]}.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Add `--config DIR`, as `args.config`: the folder of roger.yaml, actions.yaml and screens.yaml."""
    parser.add_argument(
        "--config",
        type=Path,
        default=DEFAULT_FOLDER,
        metavar="DIR",
        help=f"folder of roger.yaml, actions.yaml and screens.yaml (default: {DEFAULT_FOLDER})",
    )
