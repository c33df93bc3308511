"""Video: encodes frames and sound as segments, keeps these in a cache, and joins them as films.

In: frames with the boxes in which they changed (room `rendering`), and a `SoundTrack` (room `speech`). Out:
segments, which are files named by a digest of all that they depend on, and films with chapters, captions and
a poster.

Other rooms use `encoder` (a video segment from frames), `segment_cache` (the files on disk), `segments`
(waits for segments that are being made), `segment`, `sound_segments`, `film` (joins segments without encoding
again), `poster`, `yuv`, and `probe` (reads a film's facts back).
"""
