"""Files that a storyboard names: they lie in its folder, and are checked before anything is made of them.

In: the location of a file's name in the document. Out: the file's path as written, or the numbers in it;
faults are reported at that location.
"""
