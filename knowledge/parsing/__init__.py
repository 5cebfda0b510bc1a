"""Articles come in as files and go on as plain blocks under their headings."""
