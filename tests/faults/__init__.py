"""Faults on purpose: what attackers, crashes and full disks do, and what is noticed."""
