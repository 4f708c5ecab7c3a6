"""The promises of the house; the folders mirror the tree."""
