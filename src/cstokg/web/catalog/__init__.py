"""What there is to find and to download: DCAT, exports, OpenAPI, the site map.

It may import `web.http`, `web.protocol` and `web.pages`.
"""
