"""Texts that a spreadsheet, YAML or a reader could misinterpret."""

from hypothesis import strategies as st

TRICKY = ["=1+1", "+1", "-1", "@SUM(A1)", "'", "''", "'=1", "'tis", '"', "“”", "0123", "007", "1e3", "null", "~", "no",
          "yes", "2013-01", "- a", "a: b", "a:", "a #b", "#a", "|-", "---", "...", "_x000D_", "_x", "\\n", "a\\",
          "{a}", "[a]", "a,b", "a;b", "<b>&amp;", "%s", "*a", "&a", "!a", "?a", "`a", "NULL", "TRUE", "宁波", "，；",
          "𠮷𪜀𫠠", "😀👨‍👩‍👧", "ＡＢ０１＋", "\u3000", "\ufeff", "é", "sep=;", "# 政策"]  # fmt: skip
pieces = st.sampled_from([*TRICKY, "\n", "\n\n", " ", "\t", "\u2028", "x"]) | st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), max_size=12
)
texts = st.lists(pieces, max_size=6).map("".join)
