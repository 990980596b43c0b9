"""The pages of a visit: one address, the page that is due, and a form for each."""
