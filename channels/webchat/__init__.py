"""Our own widget."""
