"""Display formats of partial dates in Chinese (both scripts) and English. This module imports no Django."""

from timeline.values.date_points import HALVES, QUARTERS, Point, Unbounded


class ChineseDateFormat:
    """2013年1月, 2011—2015年 (GB/T 15835-2011 for numerals in dates, GB/T 15834-2011 for the dash between them)."""

    QUARTERS = dict(zip(QUARTERS, "一二三四", strict=True))
    HALVES = dict(zip(HALVES, "上下", strict=True))
    ABOUT, END_UNKNOWN = "约", "止期不详"

    def bare(self, point: Point) -> str:
        text = f"{point.year}年"
        if point.part in self.QUARTERS:
            return f"{text}第{self.QUARTERS[point.part]}季度"
        if point.part in self.HALVES:
            return f"{text}{self.HALVES[point.part]}半年"
        if point.part is not None:
            text += f"{point.part}月"
        if point.day is not None:
            text += f"{point.day}日"
        return text

    def point(self, point: Point) -> str:
        text = self.bare(point)
        return {"": text, "~": f"{self.ABOUT}{text}", "?": f"{text}（存疑）"}[point.mark]

    def interval(self, start: Point, end: Point | Unbounded) -> str:
        if isinstance(end, Point):
            if start == Point(start.year) and end == Point(end.year):
                return f"{start.year}—{end.year}年"
            return f"{self.point(start)}—{self.point(end)}"
        if end is Unbounded.OPEN:
            return f"{self.point(start)}至今"
        return f"{self.point(start)}起，{self.END_UNKNOWN}"


class TraditionalDateFormat(ChineseDateFormat):
    """ChineseDateFormat in traditional characters."""

    ABOUT, END_UNKNOWN = "約", "止期不詳"


class EnglishDateFormat:
    """January 2013, 26 September 2016, 2011–2015."""

    MONTHS = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    PARTS = dict(
        zip(
            QUARTERS + HALVES,
            (
                "first quarter",
                "second quarter",
                "third quarter",
                "fourth quarter",
                "first half",
                "second half",
            ),
            strict=True,
        )
    )

    def bare(self, point: Point) -> str:
        if point.part is None:
            return str(point.year)
        if point.part in self.PARTS:
            return f"{self.PARTS[point.part]} of {point.year}"
        text = f"{self.MONTHS[point.part - 1]} {point.year}"
        return text if point.day is None else f"{point.day} {text}"

    def point(self, point: Point) -> str:
        text = self.bare(point)
        return {"": text, "~": f"c. {text}", "?": f"{text} (uncertain)"}[point.mark]

    def interval(self, start: Point, end: Point | Unbounded) -> str:
        if isinstance(end, Point):
            dash = "–" if start == Point(start.year) and end == Point(end.year) else " – "
            return f"{self.point(start)}{dash}{self.point(end)}"
        if end is Unbounded.OPEN:
            return f"since {self.point(start)}"
        return f"from {self.point(start)}, end unknown"
