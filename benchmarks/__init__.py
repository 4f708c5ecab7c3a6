"""The numbers we publish, one file each, every one beside its baseline in the same run."""
