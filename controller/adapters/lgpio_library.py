"""lgpio, without what it leaves behind."""

from __future__ import annotations

import os
import sys
from tempfile import TemporaryDirectory
from typing import Any


def import_lgpio() -> Any:
    """The module. Raises `ImportError` where it is not installed, OSError where it cannot work here.

    Importing it makes a pipe by name in the working directory, or in LG_WD, opens it and never removes it; where
    nothing can be written, it fails. So it gets a folder that lasts for the import only.
    """
    if "lgpio" not in sys.modules and "LG_WD" not in os.environ:
        with TemporaryDirectory() as folder:
            os.environ["LG_WD"] = folder
            try:
                import lgpio
            finally:
                del os.environ["LG_WD"]
    import lgpio

    return lgpio
