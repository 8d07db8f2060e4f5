"""The application under a production server.

It may import all of `web`.
"""
