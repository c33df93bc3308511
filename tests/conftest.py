"""What most tests share: the networks that they are about, and folders that are no user's."""

from collections.abc import Iterator

import pytest
from helpers import lessons
from hypothesis import settings

from storyreel.engine.experiment import Experiment
from storyreel.storyboard.themes.built_in import built_in_theme
from storyreel.storyboard.themes.in_use import use_theme

pytest_plugins = ["helpers.page_browser", "helpers.page_fixtures"]

settings.register_profile("patient", deadline=None)  # a busy machine is no fault
settings.load_profile("patient")


@pytest.fixture(autouse=True, scope="session")
def own_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Speech is cached in a folder of these tests, by the processes that they start, too.

    No configuration of the user's is read.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture(autouse=True)
def default_theme() -> None:
    """Each test begins with the default theme, whatever the stages of those before it wore."""
    use_theme(built_in_theme())


@pytest.fixture
def chain() -> Experiment:
    """2 → 6 → 5, target 3."""
    return lessons.chain()


@pytest.fixture
def dense() -> Experiment:
    """2-6-5: tanh, softmax and cross-entropy, with biases."""
    return lessons.dense()


@pytest.fixture
def clusters() -> Experiment:
    """`dense` with two points in each of five groups to train on."""
    return lessons.clusters()
