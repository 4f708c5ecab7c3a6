"""Verifiers that others wrote, made to judge what we write: Go's x/mod, openssl, securesystemslib."""
