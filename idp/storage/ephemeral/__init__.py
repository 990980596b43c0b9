"""Values that must die: the two ephemeral stores in process and on Redis, and the typed ones on top.

Imports the domain, the codec and redis. Called by idp.app only.
"""
