"""The names of the rules for people; apart from the rules, so that the palette loads without them."""

from inkstone.components.texts import Text, text

RULES: dict[str, Text] = {
    "invisible": text("零宽字符", "Zero-width characters"),
    "width": text("全角与变体字母", "Full-width and styled letters"),
    "look_alikes": text("形近字母", "Look-alike letters"),
    "emoji_letters": text("表情字母", "Letters as emoji"),
    "traditional": text("繁体", "Traditional characters"),
    "inserted": text("插入的符号和空格", "Inserted signs and spaces"),
    "split_characters": text("拆字", "Split characters"),
    "variants": text("常见变体", "Well-known variants"),
    "pinyin": text("拼音", "Pinyin"),
    "homophones": text("同音字", "Homophones"),
    "number_words": text("数字词", "Number words"),
    "leet": text("字母替换（leet）", "Leet"),
}
"""Every rule in its order, with its name for people."""
