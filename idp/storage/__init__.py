"""The memory: facts that must survive in SQL, values that must die in process or on Redis.

Implements the ports of the domain and hands out its frozen values, never rows. Imports the domain,
SQLAlchemy with its Flask extensions, pydantic as JSON codec, and redis. Called by idp.app only.
"""
