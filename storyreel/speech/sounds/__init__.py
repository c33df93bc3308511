"""What is added to the narration: sounds at the moments of cues, tones, and music."""
