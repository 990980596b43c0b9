"""HTTP: the protocol's endpoints and the citizens' pages, each built by a function given its services.

Imports Flask, its extensions, the services and the floors below. Called by ``idp.app``.
"""
