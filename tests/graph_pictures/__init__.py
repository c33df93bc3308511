"""Random graphs as storyboards, to be measured and looked at: see scripts/graph_pictures."""
