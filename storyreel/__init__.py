"""storyreel: a YAML storyboard becomes a narrated, captioned, animated lesson about a neural network."""
