"""The picture of how a Raspberry Pi is wired."""
