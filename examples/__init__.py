"""Three relying parties for the demo: two provincial portals and a housing provident fund centre.

Read ``zhejiang.py`` first, then ``relying_party.py``: that is all a portal needs to sign people in.
"""
