"""SPARQL as text, before the engine sees it: words, limits, federation, updates, mistakes.

It may import the ground and the engine's parser.
It never asks a store.
"""
