"""The outside world behind ports of the domain: one package a file.

Imports the domain and the one package that each file adapts. Plugged in by ``idp.app``.
"""
