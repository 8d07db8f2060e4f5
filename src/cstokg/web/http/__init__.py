"""HTTP itself: negotiation, conditional requests, compression, parameters, problems, who may write.

It may import what is below `web`, and `web.site`.
"""
