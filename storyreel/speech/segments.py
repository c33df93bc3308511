"""Where words begin in a text that has no spaces between them: Chinese, Japanese and Thai.

Chinese words are found by jieba's dictionary, Japanese phrases and Thai words by BudouX's models; both come
with their packages.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from itertools import accumulate

from storyreel.storyboard.unspaced import is_unspaced

TERMS = {
    "zh": "神经网络 神经元 学习率 反向传播 前向传播 梯度下降 激活函数 损失函数 代价函数 链式法则 均方误差"
    " 交叉熵 过拟合 欠拟合 输入层 隐藏层 输出层 计算图 偏导数 训练集 小批量 权重 偏置 归一化",
}
"""Words of the field that a general dictionary takes apart."""
_CLOSING = re.compile("[^\\w\\s（《〈「『【〔〖“‘([{−+∂√∞]|[々ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ]")
"""Characters before which no line begins."""
_OPENING = re.compile("[（《〈「『【〔〖“‘([{]")
"""Characters after which no line ends."""
_PAUSE = re.compile("[，。、；：！？…]")

_Cut = Callable[[str], Iterable[str]]


def word_starts(text: str, language: str, words: Iterable[str] = ()) -> set[int]:
    """The offsets in `text`, without 0, at which a word begins that no space separates from the one before.

    None in languages with spaces. Punctuation belongs to the word before it, or after it if it opens;
    numbers, formulas and words of other scripts are not divided, nor are `words`, which the author has named.
    """
    cut = _segmenter(language)
    if cut is None:
        return set()
    found = {*accumulate(map(len, cut(text)))} | {pause.end() for pause in _PAUSE.finditer(text)}
    for term in [*TERMS.get(language.partition("-")[0].lower(), "").split(), *words]:
        for match in re.finditer(re.escape(term), text):
            found -= set(range(match.start(), match.end()))
            found |= {*match.span()}
    return {place for place in found if is_boundary(text, place)}


def is_boundary(text: str, place: int) -> bool:
    """True if a line may end before the character at `place` although no space is there."""
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if before.isspace() or after.isspace() or _CLOSING.match(after) or _OPENING.match(before):
        return False
    return is_unspaced(before) or is_unspaced(after)


@cache
def _segmenter(language: str) -> _Cut | None:
    """What cuts a text of this language into words; None if its words have spaces between them."""
    match language.lower().partition("-")[0]:
        case "zh":
            import rjieba

            return rjieba.cut
        case "ja":
            import budoux

            return budoux.load_default_japanese_parser().parse
        case "th":
            import budoux

            return budoux.load_default_thai_parser().parse
    return None
