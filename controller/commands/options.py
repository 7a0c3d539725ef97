"""Options that several commands share."""

from __future__ import annotations

import argparse
from pathlib import Path

from config.loader import DEFAULT_FOLDER


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Add `--config DIR`, as `args.config`: the folder of roger.yaml, actions.yaml and screens.yaml."""
    parser.add_argument(
        "--config",
        type=Path,
        default=DEFAULT_FOLDER,
        metavar="DIR",
        help=f"folder of roger.yaml, actions.yaml and screens.yaml (default: {DEFAULT_FOLDER})",
    )
