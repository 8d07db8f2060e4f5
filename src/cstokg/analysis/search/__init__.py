"""Finding things by what people call them: words as they are compared, and an index of them."""
