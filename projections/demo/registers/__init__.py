"""The demo year's sample registers, as CSV; all of it is invented."""
