"""In a real browser: HTML pasted from Word, WPS and web pages becomes Markdown and keeps its format."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.editor_actions import change_url, save
from timeline.models import Milestone
from timeline.values.markdown import render

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DATA = Path(__file__).resolve().parent.parent / "data"
# A headless browser has no access to the clipboard, so the event is created with its data.
PASTE = """
(field, {html, text}) => {
  field.focus();
  const clipboardData = new DataTransfer();
  if (html) clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
  return field.dispatchEvent(event);
}
"""


@pytest.fixture
def form(window, site):
    make.make_chronicle(title="宁波智慧城市建设编年")
    milestone = make.make_milestone(title="启动")
    page = window("wang")
    page.goto(change_url(site, milestone))
    return page


def paste(page, field, html="", text=""):
    """Paste into the field. Returns whether the browser's own handling of the event remains."""
    return page.locator(field).evaluate(PASTE, {"html": html, "text": text})


def pasted(page, name):
    page.fill("#id_body", "")
    paste(page, "#id_body", (DATA / f"clipboard-{name}.html").read_text(encoding="utf-8"), "text")
    return page.input_value("#id_body")


def test_what_is_pasted_from_word_is_markdown(form):
    assert pasted(form, "word") == (
        "## 一、总体要求\n\n"
        "**（一）加快建设2016年试点**。各县（市）区要推进智慧城市建设，*统筹*安排，见"
        "[实施意见](https://www.ningbo.gov.cn/art/2016/9/26/art_%281%29.html)。\n\n"
        "- 光网城市\n  - 光纤到户\n- 无线城市\n\n步骤：\n\n1. 试点\n2. 推广\n\n"
        "| **年份** | 用户\\|万户 |\n| --- | --- |\n| 2013 | 5\\*3 |"
    )
    save(form)
    body = Milestone.objects.get().body
    assert "<strong>（一）加快建设2016年试点</strong>。" in render(body)
    assert "<td>5*3</td>" in render(body)
    assert "<th>用户|万户</th>" in render(body)


@pytest.mark.long
def test_what_is_pasted_from_wps_is_markdown_and_keeps_chinese_numbers(form):
    assert pasted(form, "wps") == (
        "**一、主要任务**\n\n（一）建设“城市大脑”\n\n- 数据共享\n\n*注*：1<2，甬政发[2016]1号\\\n另行通知"
    )


@pytest.mark.long
def test_what_is_pasted_from_a_web_page_is_markdown_and_runs_nothing(form):
    assert pasted(form, "government") == (
        "**宁波市人民政府关于加快推进智慧健康应用的实施意见**\n\n"
        "各县（市）区人民政府，市直及部省属驻甬各单位：\n\n"
        "**一、目标**。到2015年，[详见附件](http://www.ningbo.gov.cn/col/col1/index.html)，打印本页。\n\n"
        "| 任务 | 牵头单位 |  |\n| --- | --- | --- |\n|  | 市级 | 区县 |\n| 光网城市 | 市经信委 | 各区 |\n\n"
        "> 解读：\\\n> 第一句。\n>\n> 第二句。\n\n"
        "3. 第三项\n   - 甲\n   - 乙\n4. 第四项\n\n公章\n\n---"
    )
    assert form.evaluate("window.pasted") is None


@pytest.mark.long
def test_what_is_pasted_from_wechat_is_markdown(form):
    assert pasted(form, "wechat") == "**宁波城市大脑上线**\n\n11月“**城市大脑**”正式上线。"


@pytest.mark.long
@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p># 一</p><p>- 二</p><p>3. 三</p><p>1.四</p>", "\\# 一\n\n\\- 二\n\n3\\. 三\n\n1.四"),
        ("<p>&gt; 引文 *甲* _乙_ a_b `丙` &lt;b&gt; &amp;nbsp; [丁](戊)</p>",
         "\\> 引文 \\*甲\\* \\_乙\\_ a_b \\`丙\\` \\<b> \\&nbsp; \\[丁](戊)"),
        ("<b>一</b><b>二</b><i>三</i>", "**一二**三"),
        ("<b style='font-weight:normal'><p>谷歌文档</p></b>", "谷歌文档"),
        ("<p><b>甲<br><br>乙</b></p>", "**甲**\n\n**乙**"),
        ("<ul><li>甲</li><ol><li>乙</li></ol></ul>", "- 甲\n  1. 乙"),
        ("<ul><li><p>甲</p><p>乙</p></li></ul>", "- 甲\n\n  乙"),
        ("<p><a href='https://example.org/'>https://example.org/</a></p>", "<https://example.org/>"),
        ("<p><a href='javascript:x'>甲</a><a href='/b'>乙</a></p>", "甲乙"),
        ("<pre>a`b\n  c</pre><p>甲</p>", "```\na`b\n  c\n```\n\n甲"),
    ],
)  # fmt: skip
def test_html_is_pasted_as(form, html, markdown):
    paste(form, "#id_body", html)
    assert form.input_value("#id_body") == markdown


@pytest.mark.long
def test_a_paste_stands_apart_from_what_is_there_and_is_undone(form):
    form.fill("#id_body", "前后")
    form.locator("#id_body").evaluate("field => { field.focus(); field.setSelectionRange(1, 1); }")
    form.evaluate("document.addEventListener('input', ({target}) => { window.heard = target.value; })")
    paste(form, "#id_body", "<p>甲</p><p>乙</p>")
    expect(form.locator("#id_body")).to_have_value("前\n\n甲\n\n乙\n\n后")
    assert form.evaluate("window.heard") == "前\n\n甲\n\n乙\n\n后"
    form.keyboard.press("Control+z")
    expect(form.locator("#id_body")).to_have_value("前后")


@pytest.mark.long
def test_a_word_is_pasted_into_its_line(form):
    form.fill("#id_body", "前后")
    form.locator("#id_body").evaluate("field => { field.focus(); field.setSelectionRange(1, 1); }")
    paste(form, "#id_body", "<p><b>甲</b></p>")
    expect(form.locator("#id_body")).to_have_value("前**甲**后")


@pytest.mark.long
def test_text_without_format_and_plain_fields_are_left_to_the_browser(form):
    assert paste(form, "#id_body", "<div><span style='color:red'>**已是** Markdown</span></div>")
    assert paste(form, "#id_body", "", "甲\n乙")
    assert paste(form, "#id_summary", "<p><b>甲</b></p>", "甲")
    assert paste(form, "#id_title", "<p><b>甲</b></p>", "甲")


@pytest.mark.long
def test_a_line_takes_line_ends_and_tabs_as_blanks(form):
    form.fill("#id_title", "")
    paste(form, "#id_title", "", "宁波\r\n智慧城市\t规划\n")
    expect(form.locator("#id_title")).to_have_value("宁波 智慧城市 规划")


@pytest.mark.long
def test_powers_stay_powers_and_what_was_struck_out_does_not_come_back(form):
    html = (
        "<p>年用电10<sup>4</sup>吨，CO<sub>2</sub>，面积x<sup>2</sup>；第1<sup>①</sup>条</p>"
        "<p><del>作废的话</del><ins>新话</ins><s>旧话</s><span style='text-decoration: line-through'>删去</span></p>"
        "<p><ruby>重<rp>(</rp><rt>chóng</rt><rp>)</rp></ruby>庆</p>"
    )
    paste(form, "#id_body", html, "text")
    assert form.input_value("#id_body") == "年用电10⁴吨，CO₂，面积x²；第1①条\n\n新话\n\n重庆"
