"""The demo year: a county Party committee office's 2022, played by a cast through the common door."""
