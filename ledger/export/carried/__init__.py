"""Files that every bundle carries as they are: plain steps to verify it, and what these steps run."""
