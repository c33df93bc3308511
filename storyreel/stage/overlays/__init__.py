"""What stays in its place on the frame while the view moves."""
