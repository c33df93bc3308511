"""NumPy works in one thread: what draws uses all cores already, and its last digits must not depend on how
many there are. It has to be told before it is imported, by the environment.
"""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
