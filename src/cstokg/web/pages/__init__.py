"""Pages for people, and the data behind each.

It may import `web.http` and `web.protocol`.
"""
