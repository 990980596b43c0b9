"""The ``idp`` command, for operators.

Imports click, rich, the settings, the services and the domain; ``idp.app`` hands it what it works with.
"""
