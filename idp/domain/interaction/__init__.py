"""The visit of one browser to the authorization endpoint, and which page comes next in it."""
