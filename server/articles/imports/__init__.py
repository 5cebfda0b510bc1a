"""Articles come in as files of many kinds and go out as two: read, tried dry, then done row by row."""
