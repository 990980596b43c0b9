"""What things are and what is allowed: frozen values, pure rules, and the ports that other floors fill.

Imports the standard library only. Every floor above may call it.
"""
