"""Tables for spreadsheets: of a class, and of what states were bound to by year."""
