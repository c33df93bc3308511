"""Where words begin in Chinese, Japanese and Thai."""

import re
from random import Random

import pytest

from storyreel.speech.segments import word_starts

CHINESE = (
    "在问网络怎样学习之前，我们先看它做一次预测。输入2乘以权重3，得到6。6乘以5/6等于5，"
    "但目标是3：网络错了，损失告诉我们错了多少。学习率决定了每一步的大小，反向传播用链式法则计算每个权重的梯度（见图）。"
    "第2层有6个神经元，交叉熵损失为0.314，ReLU函数的导数∂L/∂w₁＝−0.12或1.5×10⁻⁷。"
)
WORDS = (
    "网络 怎样 学习 之前 我们 预测 输入 乘以 权重 得到 等于 目标 损失 告诉 多少 学习率 决定 大小 反向传播"
    " 链式法则 计算 梯度 神经元 交叉熵 函数 导数 5/6 0.314 ReLU ∂L/∂w₁ −0.12 1.5×10⁻⁷"
)
"""Words of the text, by a reader."""


def divided(text: str, language: str, words: tuple[str, ...] = ()) -> list[str]:
    starts = sorted(word_starts(text, language, words))
    return [text[start:end] for start, end in zip([0, *starts], [*starts, len(text)], strict=True)]


@pytest.mark.parametrize("word", WORDS.split())
def test_no_chinese_word_number_or_formula_is_divided(word: str) -> None:
    starts = word_starts(CHINESE, "zh")
    for found in re.finditer(re.escape(word), CHINESE):
        assert not starts & set(range(found.start() + 1, found.end())), divided(CHINESE, "zh")


def test_chinese_is_divided_between_its_words() -> None:
    parts = divided(CHINESE, "zh-cn")
    assert "".join(parts) == CHINESE
    assert parts[:9] == ["在", "问", "网络", "怎样", "学习", "之前，", "我们", "先看", "它"]
    assert max(map(len, parts)) <= 12


def test_punctuation_stays_with_the_word_that_it_closes_or_opens() -> None:
    for text in (CHINESE, "他说：“梯度（斜率）”。《书》、（图）！"):
        for part in divided(text, "zh"):
            assert part[0] not in "，。、；：！？）”》", part
            assert part[-1] not in "（“《", part
    assert {"之前，", "梯度", "（见图）。"} <= set(divided("之前，我们算梯度（见图）。", "zh"))


def test_a_word_of_the_author_is_whole() -> None:
    assert "随机森林" not in divided("我们用随机森林预测", "zh")
    assert divided("我们用随机森林预测", "zh", ("随机森林",)) == ["我们", "用", "随机森林", "预测"]


def test_no_text_breaks_inside_a_number_or_a_latin_word() -> None:
    random = Random(5)
    alphabet = [*"权重梯度学习的是，。（）“”", "w₁", "0.5", "5/6", "ReLU", " ", "−3", "∂L"]
    for _ in range(300):
        text = "".join(random.choices(alphabet, k=random.randint(0, 20)))
        for start in word_starts(text, "zh"):
            assert not (text[start - 1].isascii() and text[start].isascii()), (text, start)
            assert not text[start].isspace() and not text[start - 1].isspace()


def test_japanese_and_thai_are_divided_and_other_languages_are_not() -> None:
    assert divided("入力2に重み3を掛けると6になります。", "ja") == [
        "入力2に",
        "重み3を",
        "掛けると",
        "6に",
        "なります。",
    ]
    assert {"เรา", "ทำนาย"} <= set(divided("ก่อนที่เราจะทำนาย", "th"))
    for language in ("en", "de", "ko", "hi"):
        assert word_starts("the weight 3, in 学习 and 权重", language) == set()
