"""Auditing: verify everything and name what is wrong; ask who did what, when, with which key.

Nothing is imported here, so that asking for a trail does not load what verifying needs.
"""
