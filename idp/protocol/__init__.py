"""The specifications: one a file, each with ``SPEC`` and its share of discovery in ``METADATA``.

Imports the domain, authlib, joserfc and cryptography; no HTTP framework and no database. Requests
and answers are plain values. Called by services and by the endpoints of ``idp.web``.
"""
