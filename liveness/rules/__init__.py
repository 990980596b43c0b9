"""One rule a file. A rule reads a `Track` and a `Challenge` and returns a `Finding`; it keeps nothing."""
