"""Carries out what the memory card says, at every boot and without a trace: all of it is in /run."""
