"""Rows to frozen values and back, one noun a file.

Each implements the port of that noun on a connection that somebody else opened; statements are built
once, when the module is loaded. Imports the domain, the tables and SQLAlchemy; work.py calls it.
"""
