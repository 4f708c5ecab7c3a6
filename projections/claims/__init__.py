"""The annual report's sentences, checked against the views."""
