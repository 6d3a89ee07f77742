"""The example record of each table in the folder of a new chronicle: of an invented city, and called an example."""

from typing import Any

_SOURCE = {"source": "example-gazette", "locator": "第2页"}

# By table, the columns of a row. Together they are a whole small chronicle: each names only records of another example.
EXAMPLES: dict[str, dict[str, Any]] = {
    "sources": {
        "slug": "example-gazette",
        "title": "示例市人民政府公报（示例）",
        "title_en": "Gazette of Example City (an example)",
        "publisher": "示例市人民政府办公室",
        "url": "https://example.com/gazette/2020/3",
        "accessed": "2026-01-15",
        "published": "2020-03",
        "consulted": "全文",
        "consulted_en": "in full",
    },
    "phases": {
        "slug": "example-phase",
        "title": "起步阶段（示例）",
        "title_en": "Beginnings (an example)",
        "period": "2020/2025",
        "gist": "打基础",
        "gist_en": "foundations",
        "summary": "示例市从2020年起用五年时间打基础，2025年收尾。这是一个示例，请改成自己的内容。",
        "summary_en": "From 2020 Example City spent five years on foundations. This is an example; write your own.",
        "citations": [_SOURCE],
    },
    "topics": {
        "slug": "example-topic",
        "title": "数据共享（示例）",
        "title_en": "Data sharing (an example)",
        "description": "各部门之间的数据共享。这是一个示例，请改成自己的内容。",
        "description_en": "How departments share data. This is an example; write your own.",
        "phases": ["example-phase"],
        "citations": [_SOURCE],
    },
    "organizations": {
        "slug": "example-government",
        "title": "示例市人民政府",
        "title_en": "Example City Government",
    },
    "areas": {"slug": "example-district", "title": "示例区", "title_en": "Example District"},
    "policies": {
        "slug": "example-opinion",
        "title": "示例市人民政府关于推进数据共享的意见（示例）",
        "title_en": "Opinion of the Example City Government on Data Sharing (an example)",
        "date": "2020-03-15",
        "summary": "示例市2020年3月印发的意见，要求各部门在五年内共享数据。这是一个示例，请改成自己的内容。",
        "summary_en": "An opinion of March 2020 that asked departments to share data. This is an example; write your own.",
        "phase": "example-phase",
        "document_type": "opinions",
        "document_number": "示政发〔2020〕3号",
        "level": "municipal",
        "topics": ["example-topic"],
        "issuers": ["example-government"],
        "citations": [
            {**_SOURCE, "quotation": "五年内实现数据共享", "quotation_en": "share data within five years"}
        ],
    },
    "pilot_designations": {
        "slug": "example-designation",
        "title": "示例区列入数据共享试点（示例）",
        "title_en": "Example District named a pilot of data sharing (an example)",
        "date": "2021",
        "summary": "示例区2021年列入第一批数据共享试点，是示例市唯一的试点。这是一个示例，请改成自己的内容。",
        "summary_en": "Example District became a pilot of data sharing in 2021. This is an example; write your own.",
        "phase": "example-phase",
        "programme": "数据共享试点",
        "programme_en": "Pilots of data sharing",
        "designee": "example-district",
        "citations": [_SOURCE],
    },
    "milestones": {
        "slug": "example-launch",
        "title": "数据共享平台启用（示例）",
        "title_en": "The platform of data sharing is launched (an example)",
        "date": "2022-06",
        "summary": "示例市的数据共享平台2022年6月启用，首批接入十个部门。这是一个示例，请改成自己的内容。",
        "summary_en": "The platform of Example City was launched in June 2022. This is an example; write your own.",
        "phase": "example-phase",
        "topics": ["example-topic"],
        "policies": ["example-opinion"],
        "citations": [_SOURCE],
    },
    "goals": {
        "slug": "example-goal",
        "title": "五年内共享数据（示例）",
        "title_en": "Data shared within five years (an example)",
        "summary": "意见提出到2025年，全市各部门的数据都能共享，并逐年公布进展。这是一个示例，请改成自己的内容。",
        "summary_en": "The opinion asked that all departments share data by 2025. This is an example; write your own.",
        "phase": "example-phase",
        "declared_by": "example-opinion",
        "target": "2025",
        "topics": ["example-topic"],
        "citations": [_SOURCE],
        "assessments": [
            {"date": "2025-12", "delivery": "partly", "evidence": "self_declared", "citations": [_SOURCE]}
        ],
    },
}
