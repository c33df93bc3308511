"""storyreel: a YAML storyboard becomes a narrated, captioned, animated lesson about a neural network.

    import storyreel

    film = storyreel.render("lesson.yaml", quality="draft")
    picture = storyreel.still("lesson.yaml", chapter="forward", beat=2)
    numbers = storyreel.load("lesson.yaml").networks["chain"].trace

These names are the public interface. Each is loaded when it is first used. `%load_ext storyreel` gives a
notebook the cell magic `%%storyreel`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = [
    "Experiment",
    "Layer",
    "Network",
    "Trace",
    "__version__",
    "load",
    "plan",
    "render",
    "render_all",
    "still",
]

# A table and no import statements: a picture's digest follows every import of every module in the package,
# and this is a module of all of them.
_MODULES = {
    "Experiment": "storyreel.engine.experiment",
    "Layer": "storyreel.engine.layer",
    "Network": "storyreel.engine.network",
    "Trace": "storyreel.engine.trace",
    "load": "storyreel.reader",
    "plan": "storyreel.production.production",
    "render": "storyreel.production.pipeline",
    "render_all": "storyreel.production.pipeline",
    "still": "storyreel.production.pipeline",
}

if TYPE_CHECKING:
    from storyreel.engine.experiment import Experiment
    from storyreel.engine.layer import Layer
    from storyreel.engine.network import Network
    from storyreel.engine.trace import Trace
    from storyreel.production.pipeline import render, render_all, still
    from storyreel.production.production import plan
    from storyreel.reader import load

    __version__: str
else:  # which would hide from type checkers that any other name is a mistake

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            value = import_module("importlib.metadata").version("storyreel")
        elif name in _MODULES:
            value = getattr(import_module(_MODULES[name]), name)
        else:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def load_ipython_extension(shell: Any) -> None:
    """Give an IPython shell the cell magic `%%storyreel`; called by `%load_ext storyreel`."""
    import_module("storyreel.commands.cell_magic").register(shell)
