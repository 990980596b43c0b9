"""Registering a client: its metadata as the specifications name them, read and written again."""
