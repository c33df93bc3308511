import pytest

from storyreel.graphics.text.symbol import symbol


@pytest.mark.parametrize(
    ("name", "maths"),
    [
        ("x", "x"),
        ("x[0]", "x_(1)"),
        ("h[1]", "h_(2)"),
        ("grade", '"grade"'),
        ("w1", "w_(1)"),
        ("W1[2,0]", "w_(3 1)^((1))"),
        ("W1[10,0]", "w_(11, 1)^((1))"),
        ("b1[2]", "b_(3)^((1))"),
        ("z2", "z_(2)"),
        ("W", "W"),
        ("W2", "W_(2)"),
        ("W[1,0]", "w_(2 1)"),
        ("K[0,1,2]", "K_(1 2 3)"),
        ("h_1", "h_(1)"),
        ("h_", "h"),
        ("w_out", 'w_("out")'),
        ("n_x", "n_(x)"),
        ("h1_prev", 'h_(1, "prev")'),
        ("W_hh", 'W_("hh")'),
        ("W_hh[0,1]", 'w_(1 2)^(("hh"))'),
        ("next.w_out", 'w\'_("out")'),
        ("d_1_2", "d_(1 2)"),
        ("_", '"_"'),
        ("target", "t"),
        ("target[1]", "t_(2)"),
        ("loss", "L"),
        ("next.w1", "w'_(1)"),
        ("grad.w1", "(partial L)/(partial w_(1))"),
    ],
)
def test_symbols_count_from_one(name, maths):
    assert symbol(name) == maths
