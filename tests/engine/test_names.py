from storyreel.engine.experiment import Experiment
from storyreel.engine.names import Address, LayerShape, QuantityNames


def test_the_chain_goes_by_the_lessons_names(chain: Experiment) -> None:
    assert list(chain.network.names) == ["x", "w1", "z1", "h", "w2", "z2", "y", "target", "loss"]


def test_a_dense_layer_has_a_row_for_each_neuron_and_a_column_for_each_input(dense: Experiment) -> None:
    names = dense.network.names
    assert names["W1[2,0]"] == Address("weight", 1, (2, 0))
    assert names.weights[2][4] == ("W2[4,0]", "W2[4,1]", "W2[4,2]", "W2[4,3]", "W2[4,4]", "W2[4,5]")
    assert names.biases[1][5] == "b1[5]" and names.pre_activations[2][4] == "z2[4]"
    assert names.targets[1] == "target[1]"
    assert "W1[0,2]" not in names and "b3[0]" not in names


def test_a_layer_answers_to_its_name_and_to_its_number(dense: Experiment) -> None:
    names = dense.network.names
    assert names["h[3]"] == names["a1[3]"] == Address("activation", 1, (3,))
    assert names.name_of(names["a1[3]"]) == "h[3]"
    assert "h[3]" in list(names) and "a1[3]" not in list(names)
    assert "a2[0]" in list(names)


def test_one_neuron_with_two_inputs_needs_a_matrix_but_no_index_for_itself() -> None:
    names = QuantityNames(("grade", "iq"), (LayerShape("salary", 1, 2, True),))
    expected = ["grade", "iq", "W1[0,0]", "W1[0,1]", "b1", "z1", "salary", "target", "loss"]
    assert list(names) == expected
