"""What a device did, as a page to look at."""

from controller.simulator.report.page import page

__all__ = ["page"]
