"""Answers to what analysts ask, each a page and at the same address JSON and CSV.

It may import `analysis`, and of `web` what is below it: site, ops, http, protocol and pages.
"""
