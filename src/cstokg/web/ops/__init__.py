"""For the operator: health, metrics, and a line in the log for each request.

It may import `web.site` alone.
"""
