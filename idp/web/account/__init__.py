"""The pages of a signed-in person about himself or herself: one small module a page.

Each module has a function that builds its Blueprint from an AccountArea and the services it needs; a page
is added by a module, a line in ``navigation.py`` and a line where the house is furnished. Imports the
floors below the web and the edges of it; called by the app alone.
"""
