"""Production: plans a lesson, draws its segments with worker processes, and writes all of its files.

In: a `Storyboard` (room `storyboard`), a `Quality` and the name of a voice. Out: the lesson's folder with
films, captions, transcript and `lesson.json`, or stills.

Other rooms use `pipeline` (render, still: from a storyboard to a film or a picture in one call),
`production` (plan: the storyboard spoken and laid out in time), `output` (make_film, make_clip), `still`
(last_picture, make_sheet), `rendered_film` (RenderedFilm), `up_to_date` (tells that nothing needs to be
made), `lesson_writer` and `inputs` (the manifest).

`output` splits a lesson into render jobs (`chapter_jobs`, `render_job`), each named by a digest of all that
its frames depend on (`picture_digest`). A `pool` draws those that are not in the cache: `render_pool` gives
them to `render_worker`, which forks a `chapter_worker` for each chapter, `tasks` gives them to any executor.
A `cut` joins segments as a film.
"""
