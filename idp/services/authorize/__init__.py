"""The visit to the authorization endpoint: begun, resumed page by page, finished with a code."""
