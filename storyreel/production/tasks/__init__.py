"""Tasks: the drawing and the speech of lessons, given to an executor, such as that of a cluster.

In: render jobs and utterances. Out: files in the caches of this machine. A task is plain data; an executor's
worker, a process on any machine with the same version of storyreel, answers with the files as bytes.

`executor_pool` draws and speaks with an `executor`. `draw_task` makes tasks of render jobs, and `draw_worker`
does them, with a `RenderPool` of its own; `speech_task` has both for utterances. What a job reads from files
goes by content (`sent_files`), and so do other packages' activation functions and losses (`sent_packages`).
Workers tell of the frames that they draw (`told_frames`). `environment` names the versions that have to be
equal. `dask_client` connects to Dask, and `dask_workers` gives tasks to those of its workers that fit.
"""
