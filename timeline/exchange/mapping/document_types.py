"""The types of documents that their titles end with: 关于…的通知 is a notice."""

import functools
import re
from collections.abc import Iterator

from django.utils import translation

from timeline.models.policies import DocumentType

# The language of the titles.
_LANGUAGE = "zh-hans"
# （暂行）, （2011—2015）, 》 and the like stand behind the type.
_behind = re.compile(r"(?:[（(〔\[][^）)〕\]]*[）)〕\]]|[》”’」』\s])+$")
# Titles of documents that are provisional say so at their end.
_PROVISIONAL_WORD = "暂行(?=(?:办法|规定|条例|规则|细则|意见|标准)$)"
_provisional = re.compile(rf"[（(](?:试行|暂行)[）)]$|{_PROVISIONAL_WORD}")
# What titles of documents end with besides the names of types. Other endings, such as 城市, say nothing of the next title.
_WORDS = {
    *(
        "方案",
        "细则",
        "名单",
        "目录",
        "指南",
        "标准",
        "规程",
        "准则",
        "制度",
        "机制",
        "清单",
        "导则",
        "预案",
        "措施",
    ),
    *(
        "政策",
        "公约",
        "指引",
        "皮书",
        "蓝图",
        "要点",
        "章程",
        "协议",
        "合同",
        "总结",
        "报告",
        "知书",
        "任书",
        "议书",
    ),
    *(
        "简报",
        "纪要",
        "讲话",
        "答复",
        "说明",
        "解读",
        "问答",
        "规范",
        "范本",
        "模板",
        "体系",
        "大纲",
        "架构",
        "安排",
    ),
}
# As much of a title as says its type: 方案.
_ENDING = 2


def document_type_of(title: str) -> str:
    """The type that the title ends with, the longest if there are several; "" if it ends with none.

    管理暂行办法 are 管理办法.
    """
    plain = re.sub(_PROVISIONAL_WORD, "", _plain(title))
    found = [(len(label), value) for value, label in _labels() if plain.endswith(label)]
    return max(found)[1] if found else ""


def is_document_type(text: str) -> bool:
    """Whether a text is the name of a type."""
    return text.strip() in {label for _value, label in _labels()}


def is_provisional(title: str) -> bool:
    """Whether the title ends as that of a provisional document: …管理办法（试行）, …暂行规定."""
    return bool(_provisional.search(title.strip().rstrip("》")))


def ending_of(title: str) -> str:
    """The word at the end of a title that should say its type."""
    return _plain(title)[-_ENDING:]


def is_ending_of_documents(ending: str) -> bool:
    """Whether other documents whose titles end so are of the same type: 方案."""
    return ending in _WORDS


def document_types() -> Iterator[tuple[str, str]]:
    """Each type with its label in the language of the user."""
    for one in DocumentType:
        yield one.value, str(one.label)


def _plain(title: str) -> str:
    return _behind.sub("", title.strip())


@functools.cache
def _labels() -> list[tuple[str, str]]:
    with translation.override(_LANGUAGE):
        return [(one.value, str(one.label)) for one in DocumentType if one is not DocumentType.OTHER]
