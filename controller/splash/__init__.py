"""The first picture, seconds before Roger itself: imports nothing that takes time."""
