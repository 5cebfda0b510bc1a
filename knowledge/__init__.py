"""Articles in, hits out; knows no web and no database."""
