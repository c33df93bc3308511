"""With the patches, everything done to mobjects has the same result as with stock Manim, to the last bit."""

import os
from functools import partialmethod
from itertools import product

import manim
import numpy as np
import pytest
from helpers.stage_state import family_state
from manim import (
    DOWN,
    LEFT,
    ORIGIN,
    OUT,
    RIGHT,
    UP,
    UR,
    Animation,
    AnimationGroup,
    Arc,
    ArcBetweenPoints,
    Circle,
    DashedLine,
    Dot,
    FadeIn,
    FadeOut,
    Group,
    Line,
    ManimColor,
    Mobject,
    Polygon,
    Polygram,
    Rectangle,
    RoundedRectangle,
    Scene,
    Square,
    Star,
    Succession,
    Transform,
    Triangle,
    UpdateFromAlphaFunc,
    UpdateFromFunc,
    VectorizedPoint,
    VGroup,
    VMobject,
)
from manim.utils import space_ops

from storyreel.rendering.manim_patches import PATCHES, patched_manim


def gradient():
    return (
        Square()
        .set_fill(["#ff0000", "#00ff00", "#0000ff"], opacity=[0.2, 0.7, 1])
        .set_stroke(["#123", "#fed"])
    )


def sheen():
    return Circle(sheen_factor=0.4, sheen_direction=UR, fill_color="#334455", fill_opacity=0.5)


def nested():
    return VGroup(VGroup(Square(), VGroup()), VGroup(VGroup(Circle(), Dot(UP)), Triangle()), Line())


def sharing():
    """Two groups share a shape, and one of the groups occurs twice."""
    shared = Square()
    pair = VGroup(shared, Circle())
    outer = VGroup(VGroup(shared, Dot()), pair)
    outer.submobjects.append(pair)
    return outer


def lending():
    """Two groups share a shape without submobjects."""
    shared = Square()
    return VGroup(VGroup(shared, Dot()), VGroup(shared, Circle()))


def endless():
    """A group that contains itself."""
    inner, outer = VGroup(Square()), VGroup(Circle())
    outer.submobjects.append(inner)
    inner.submobjects.append(outer)
    return outer


def holding():
    """A shape with a target, updaters, references to its parent and to itself, and arrays with two names."""
    shape, parent = Square(), VGroup()
    parent.add(shape)
    shape.parent, shape.me, shape.notes = parent, shape, {"parent": parent, "list": [shape, parent]}
    shape.first = shape.second = np.arange(4.0)
    shape.across = np.arange(6.0).reshape(2, 3).T
    shape.things = np.array([shape, None], dtype=object)
    shape.pair = (shape, [1, 2])
    shape.add_updater(lambda m: m)
    shape.add_updater(shape.shift)
    shape.generate_target().shift(UP)
    return parent


def three_subpaths():
    """A path of three subpaths, of which the last has only its start."""
    shape = VMobject().set_points_as_corners([ORIGIN, UP, UR, ORIGIN])
    shape.start_new_path(RIGHT).add_line_to(2 * RIGHT).add_line_to(2 * RIGHT + 1e-7 * UP)
    return shape.start_new_path(3 * DOWN)


SHAPES = [
    VMobject,
    VGroup,
    Dot,
    gradient,
    sheen,
    nested,
    sharing,
    lending,
    endless,
    holding,
    three_subpaths,
    lambda: Star(5, color="red"),
    lambda: Square(fill_color=[0.1, 0.2, 0.3], stroke_color=(10, 20, 30), background_stroke_color=None),
    lambda: Square(fill_color=0x123456, fill_opacity=None, stroke_opacity=0.5, stroke_width=0),
    lambda: VectorizedPoint(UP),
    lambda: DashedLine(LEFT, UR, dash_length=0.1),
    lambda: ArcBetweenPoints(LEFT, UP, angle=-0.0),
    lambda: ArcBetweenPoints(LEFT, UP, angle=2),
    lambda: Arc(0.7, 1, -2, num_components=5, arc_center=UR),
    lambda: Circle().rotate(np.pi, axis=-OUT).flip(RIGHT).flip(np.array([-0.0, 1.0, 0.0])),
    lambda: Line(LEFT, UR).put_start_and_end_on(UP, DOWN),
    lambda: Line(LEFT, RIGHT).put_start_and_end_on(2 * RIGHT, 4 * RIGHT),
    lambda: Line(LEFT, RIGHT).put_start_and_end_on(UP, UP + LEFT),
    lambda: Line(LEFT, LEFT).put_start_and_end_on(UP, UR),
    lambda: Line(np.array([0, 1, 2]), np.array([3, 1, 5])),
    lambda: RoundedRectangle(corner_radius=0.12, width=1.234, height=0.567),
    lambda: RoundedRectangle(corner_radius=[0.3, -0.2], width=2, height=3),
    lambda: RoundedRectangle(corner_radius=0, width=2, height=3),
    lambda: RoundedRectangle(corner_radius=5, width=2, height=3),
    lambda: Rectangle(width=3, height=2, grid_xstep=0.5, grid_ystep=0.7),
    lambda: Triangle().round_corners(0.1),
    lambda: Polygon(ORIGIN, UP, 2 * UP, UR).round_corners(0.1),
    lambda: Polygon(ORIGIN, UP, UP + 1e-12, UR, 3 * RIGHT).round_corners(0.1),
    lambda: Polygram([ORIGIN, UP, UR], [LEFT, DOWN, 2 * LEFT]).round_corners(-0.1),
    lambda: Star(6).round_corners(0.05, evenly_distribute_anchors=True),
    lambda: Square().set_points(np.where(Square().points > 0, -0.0, 0.0)),
]

CHANGES = [
    lambda m: m.copy(),
    lambda m: m.set_color("#abcdef"),
    lambda m: m.set_fill(None, 0.3).set_stroke(ManimColor("#ffffff"), 3, 0.1),
    lambda m: m.set_fill(["#ff0000", "#0000ff"]).set_fill("#808080", opacity=1),
    lambda m: m.set_sheen(0.3, UP).set_opacity(0.5),
    lambda m: m.fade(0.3),
    lambda m: m.shift(UP, RIGHT).scale(1.7).stretch(2, 0).rotate(1.0),
    lambda m: m.next_to(Dot(), UR).align_to(Square(), DOWN).move_to(Circle(), LEFT),
    lambda m: m.rotate(np.float64(-0.0)).rotate(1, np.array([1, 2, 3])).center(),
    lambda m: m.insert_n_curves(7) if m.get_num_points() > 3 else m,
    lambda m: VMobject().set_points(m.points[::-1]).insert_n_curves(3) if len(m.points) > 3 else m,
    lambda m: VGroup(*(VMobject().set_points(part) for part in m.get_subpaths())),
    lambda m: VGroup(*m.get_family()),
    lambda m: VGroup(*m.family_members_with_points()),
    lambda m: m.update(1.0),
]


def result(action):
    """The state of the mobject that an action makes, or the type of its exception."""
    np.random.seed(0)
    try:
        return family_state([action()])
    except Exception as error:
        return type(error)


def assert_same(action):
    stock = result(action)
    with patched_manim():
        assert result(action) == stock


@pytest.mark.parametrize("make", SHAPES)
def test_a_shape_is_made_the_same(make):
    assert_same(make)


@pytest.mark.parametrize("change", CHANGES)
def test_a_shape_changes_in_the_same_way(change):
    for make in SHAPES:
        if make is not endless:
            assert_same(lambda make=make: change(make()))


@pytest.mark.parametrize("direction", [ORIGIN, UR, LEFT + DOWN, OUT, (1, -1, 0), [0, 1, 0]])
def test_a_shape_is_measured_the_same(direction):
    def measured(make):
        mobject = make()
        sizes = [mobject.width, mobject.height, mobject.depth]
        return Mobject().set(spot=mobject.get_critical_point(direction), sizes=[repr(size) for size in sizes])

    for make in SHAPES:
        assert_same(lambda make=make: measured(make))


@pytest.mark.parametrize("alpha", [0, 0.0, 1e-9, 0.3, np.float64(0.7), 1, 1.0, 1.2])
def test_a_shape_in_the_middle_of_a_transform_is_the_same(alpha):
    def halfway(start, end, arc):
        move = Transform(start(), end(), path_arc=arc, rate_func=lambda t: t)
        move.begin()
        move.interpolate(alpha)
        return VGroup(move.mobject, move.starting_mobject, move.target_copy)

    kinds = [VGroup, Dot, gradient, nested, sharing, three_subpaths]
    for start in kinds:
        for end in kinds:
            assert_same(lambda start=start, end=end: halfway(start, end, 0))
        assert_same(lambda start=start: halfway(start, nested, 1.0))


def test_a_shape_becomes_another_in_the_same_way():
    for first in SHAPES:
        for second in (Dot, gradient, nested, three_subpaths, VGroup):
            if first is not endless:
                assert_same(lambda first=first, second=second: VGroup(first().become(second())))


@pytest.mark.filterwarnings("ignore:invalid value")
def test_rotation_matrices_are_the_same():
    """As those of SciPy, which the patch does not use."""
    random = np.random.default_rng(1)
    angles = [
        0.0,
        -0.0,
        1e-3,
        -1e-3,
        1e-9,
        np.pi,
        -np.pi / 2,
        2 * np.pi,
        1e9,
        np.inf,
        np.nan,
        np.float64(0.3),
        1,
    ]
    angles += [*random.uniform(-9, 9, 300).tolist(), *random.uniform(-2e-3, 2e-3, 100).tolist()]
    axes = [OUT, -OUT, UP, RIGHT, ORIGIN, np.array([1, 2, 3]), [0, 0, 1], *random.normal(size=(40, 3))]
    stock = space_ops.rotation_matrix
    with patched_manim():
        quick = space_ops.rotation_matrix
        assert quick is not stock
        for angle, axis in product(angles, axes):
            assert quick(angle, axis).tobytes() == stock(angle, axis).tobytes(), (angle, axis)
        assert np.array_equal(quick(0.3, OUT, homogeneous=True), stock(0.3, OUT, homogeneous=True))


def test_a_copy_shares_nothing_that_changes():
    with patched_manim():
        original = holding()
        copy = original.copy()
        family = copy.submobjects[0]
        assert family.parent is copy and family.me is family and family.notes["list"] == [family, copy]
        assert family.first is family.second and family.first is not original[0].first
        assert family.things[0] is family and family.across.flags.f_contiguous
        assert family.target is not original[0].target
        assert family.updaters[1].__self__ is family
        for name, value in vars(family).items():
            if isinstance(value, np.ndarray):
                assert not np.shares_memory(value, getattr(original[0], name))


def test_what_is_in_the_scene_is_not_added_again():
    def on_stage():
        scene, group, new = Scene(), nested(), Dot()
        scene.add(group, Square())
        for mobject in (group[0], group[1][0][1], new, group):
            FadeIn(mobject)._setup_scene(scene)
        scene.add(group[1]).remove(group[0][0])
        return Group(*scene.mobjects)

    assert_same(on_stage)


def test_groups_are_added_and_removed_in_the_same_order():
    """Also if a mobject is already in the scene, part of another, there twice, or in the foreground."""

    def removed(mobject):
        return Animation(mobject, remover=True)

    def on_stage(choose, has_foreground, disappearing):
        scene, group, loose, other = Scene(), nested(), [Dot(), Square(), Circle()], Triangle()
        scene.add(group, Square(), other)
        if has_foreground:
            scene.add_foreground_mobjects(loose[1])
        moves = AnimationGroup(*map(FadeIn, choose(group, loose, other)))
        moves._setup_scene(scene)
        arrived = [*scene.mobjects]
        first, *others = map(disappearing, choose(group, loose, other)[1:])
        inner = AnimationGroup(*others, remover=has_foreground)
        gone = AnimationGroup(first, Succession(inner), disappearing(group[1]))
        gone.clean_up_from_scene(scene)
        return Group(VGroup(*arrived), Group(*scene.mobjects))

    for choose in (
        lambda group, loose, other: loose,
        lambda group, loose, other: [loose[0], other, group, loose[2]],
        lambda group, loose, other: [group[0], loose[0], group[1], group],
        lambda group, loose, other: [group, group[1][0][1], loose[1]],
        lambda group, loose, other: [loose[0], loose[0], other],
    ):
        for has_foreground, disappearing in product((False, True), (FadeOut, removed)):
            assert_same(lambda c=choose, f=has_foreground, d=disappearing: on_stage(c, f, d))


def test_an_animation_keeps_a_copy_where_it_is_asked_for_it():
    live, still = Dot().add_updater(lambda m: m), Dot()
    with patched_manim():
        for mobject, is_kept in ((live, True), (still, False)):
            for move in (UpdateFromFunc(mobject, print), UpdateFromAlphaFunc(mobject, print)):
                assert (move.create_starting_mobject() is not mobject) == is_kept
        assert FadeIn(still).create_starting_mobject() is not still


def test_groups_of_any_kind_work():
    assert_same(lambda: Group(Square(), Group(Circle(), Mobject())).shift(UP).scale(2).center().copy())


def functions():
    return [vars(patch.owner).get(patch.name) for patch in PATCHES]


def test_manims_functions_are_restored_afterwards():
    before = functions()
    with pytest.raises(ZeroDivisionError), patched_manim():
        assert all(now is patch.function for now, patch in zip(functions(), PATCHES, strict=True))
        with patched_manim():
            pass
        assert functions() != before
        raise ZeroDivisionError
    assert functions() == before


def test_another_version_of_manim_is_not_patched(monkeypatch):
    monkeypatch.setattr(manim, "__version__", "0.22.1")
    before = functions()
    with patched_manim():
        assert functions() == before


def test_functions_that_other_code_replaced_are_not_patched(monkeypatch):
    theirs = partialmethod(VMobject.__init__, fill_opacity=1)
    monkeypatch.setattr(VMobject, "__init__", theirs)
    with patched_manim():
        assert vars(VMobject)["__init__"] is theirs
        assert VMobject().fill_opacity == 1
    assert vars(VMobject)["__init__"] is theirs


def test_patches_stay_in_forked_processes():
    with patched_manim():
        expected = family_state([nested().copy()])
        child = os.fork()
        if not child:
            os._exit(0 if family_state([nested().copy()]) == expected else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
