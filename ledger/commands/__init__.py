"""The commands that need no view; each module is loaded when its command is used."""
