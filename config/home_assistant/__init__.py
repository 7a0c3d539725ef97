"""The sentences of Home Assistant, bound to the user's actions. What they mean for whom: docs/home-assistant.md."""
