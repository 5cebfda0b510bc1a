"""Speed, each figure with its floor measured in the same run on the same machine."""
