"""Checks: measurements of lessons and of this program, most of them for those who work on storyreel.

In: a `Production`, or the folder of a rendered lesson. Out: problems, measured values, or a reference page.

    layout_report, layout_rules, snapshot        overlaps, margins, size of text: `storyreel check --frames`
    smoothness, motion_rules, object_state       jumps and uneven motion, frame by frame: scripts/smoothness
    stillness                                    long still pictures under speech: scripts/stillness
    sound_report                                 loudness, true peak, pauses, joins: scripts/sound
    frames_equal                                 our frames against Manim's: scripts/frames_equal
    encoder_settings                             x264's size, time and quality: scripts/encoder_settings
    reference, reference_stills                  the reference of scenes and cues: scripts/reference
    doctor                                       what this machine lacks: `storyreel doctor`

Of other rooms only `commands` uses this one.
"""
