from __future__ import annotations

from tests.controller.doctor.patient import patient

__all__ = ["patient"]
