"""Charts: bars over a scale, the wave of a sum of tones, and events on an axis of years."""
