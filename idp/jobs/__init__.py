"""What time calls: each job does a bounded piece of work at a time, and a loop calls them by turns.

Imports the services and the floors below; no framework, no settings. Called by ``idp.app``. Any number
of nodes may run the same jobs: what must be done once is claimed in the database.
"""
