"""Networks of many shapes, with numbers of many sizes, in every scene that shows a network."""
