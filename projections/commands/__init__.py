"""The commands that join evidence and views; each module is loaded when it is used."""
