"""What lessons and pages are made with besides code: storyboards, fonts, page templates, licences of voices.

As a package without this file it would have Python look for modules in a folder of the working directory.
"""
