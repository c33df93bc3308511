from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.initializers import INITIALIZERS
from storyreel.engine.losses import LOSSES
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.schedules import SCHEDULES
from storyreel.engine.table import SYNONYMS


def test_a_synonym_is_no_name_of_the_tables_and_means_one() -> None:
    names = {*ACTIVATIONS, *LOSSES, *OPTIMIZERS, *INITIALIZERS, *SCHEDULES}
    assert set(SYNONYMS.values()) <= names
    assert not set(SYNONYMS) & names
    assert [name for name in SYNONYMS if name != name.lower()] == []
