"""Property tests try the same examples every time; HYPOTHESIS_PROFILE=search tries new ones."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

signal.signal(signal.SIGINT, signal.default_int_handler)
"""A shell starts what runs in the background with it ignored, and programs that are started here would inherit that."""
