"""The stored questions for people: asked with other values, answered, found by their words."""
