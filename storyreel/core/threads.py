"""Environment variables that keep NumPy to one thread. They have an effect only before NumPy is imported.

The render pool uses all cores already, and the last digits of results must not depend on the number of cores.
"""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
