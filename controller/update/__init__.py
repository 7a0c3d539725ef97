"""Updates of the whole image: RAUC writes the other release, the boot ROM tries it once. See docs/updating.md."""
