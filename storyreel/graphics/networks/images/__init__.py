"""Networks whose inputs are the pixels of an image.

In: a trace or an experiment, and an area. Out: `ImageNetwork`, the image, the neurons and their connections,
and `ImageClassifier`, with a bar for each class and a knob. Hundreds of connections are a few shapes
(`EdgeBundle`).
"""
