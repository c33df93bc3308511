"""Small drawings that are used in many pictures: tags, badges, cards, tables, images and icons.

In come words, numbers as text, a kind of quantity for the colour, and often an area; out come mobjects with
named parts. Others use mainly `tag` and `badge`; the stage's camera draws images with `raster`.
"""
