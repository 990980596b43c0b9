"""Use cases: one verb a file, on the ports of the domain and the rules of the protocol.

Imports the domain and the floor below; no framework, no database, no settings. Called by
``idp.web``, ``idp.cli`` and ``idp.app``.
"""
