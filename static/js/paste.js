// Converts pasted HTML to Markdown in Markdown fields, and tabs and line breaks to spaces in text inputs.

const PUNCTUATION = /[\p{P}\p{S}]/u;
const CJK = "[\\u2e80-\\u9fff\\uac00-\\ud7af\\uf900-\\ufaff\\uff00-\\uff60]";
// Word wraps its HTML between any two characters; between Chinese ones the line break is no space.
const WRAP = new RegExp(`(?<=${CJK})[ \\t]*[\\r\\n]+[ \\t]*(?=${CJK})`, "g");
const SKIPPED = "head, title, script, style, meta, link, xml, template, iframe, object, svg, noscript, button, o\\:p, " +
  // Deleted text and ruby annotations.
  "del, s, strike, rt, rp";
const RAISED = { sup: "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾", sub: "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎" };
const RAISABLE = "0123456789+-=()";
const BLOCKS = new Set(("address article aside body center dd div dl dt fieldset figcaption figure footer form header " +
  "main nav p section tbody td tfoot th thead tr").split(" "));
// HTML without any of these is plain text with colours, as code editors copy it.
const FORMATTED = "p, section, article, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, b, strong, i, em, a[href]";

const styleOf = (element) => element.getAttribute("data-style") ?? "";

/* --- lines of text, as runs that are bold, italic or links */

function escaped(text) {
  return text
    .replace(/\\(?=[!-/:-@[-`{-~])|`|\[(?=[^\[\]]*\][(\[:])|<(?=[a-z/!?])|&(?=#?\w+;)/gi, "\\$&")
    .replace(/\*(?=\S)|(?<=\S)\*/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_(?=\S)|(?<=\S)_(?![\p{L}\p{N}])/gu, "\\$&");
}

function escapedAtStart(line) {
  return line
    .replace(/^(?=#{1,6}(?:\s|$)|[-+*](?:\s|$)|>|-{3,}$|=+$|~{3,})/, "\\")
    .replace(/^(\d{1,9})(?=[.)](?:\s|$))/, "$1\\");
}

function runsOf(node, marks, runs) {
  if (node.nodeType === Node.TEXT_NODE) {
    const text = node.data.replace(WRAP, "").replace(/[ \t\r\n\u00a0]+/g, " ");
    if (text) runs.push({ ...marks, text });
    return;
  }
  if (node.nodeType !== Node.ELEMENT_NODE || isSkipped(node)) return;
  const name = node.localName;
  if (name === "br") runs.push({ text: "\n" });
  else if (name === "img") runs.push({ ...marks, text: (node.getAttribute("alt") ?? "").trim() });
  else if (name in RAISED && isRaisable(node.textContent)) {
    const signs = [...node.textContent.trim()].map((sign) => RAISED[name][RAISABLE.indexOf(sign)]);
    runs.push({ ...marks, text: signs.join("") });
  } else for (const child of node.childNodes) runsOf(child, marksOf(node, marks), runs);
}

/* Whether every character has a superscript or subscript form: 10⁴ is not 104. */
const isRaisable = (text) => text.trim() && [...text.trim()].every((sign) => RAISABLE.includes(sign));

function isSkipped(element) {
  return element.matches(SKIPPED) || element.localName.startsWith("v:") || element.hidden ||
    /display:\s*none|mso-hide:\s*all|mso-list:\s*ignore|text-decoration[^;]*line-through/i.test(styleOf(element));
}

function marksOf(element, { bold, italic, href }) {
  const weight = /font-weight:\s*(\w+)/i.exec(styleOf(element))?.[1];
  const slant = /font-style:\s*(\w+)/i.exec(styleOf(element))?.[1];
  if (weight) bold = /^(bold|bolder|[6-9]00)$/i.test(weight);
  else if (element.matches("b, strong")) bold = true;
  if (slant) italic = /^(italic|oblique)$/i.test(slant);
  else if (element.matches("i, em")) italic = true;
  if (element.matches("a[href]")) {
    const address = element.getAttribute("href").trim();
    href = /^https?:\/\//i.test(address) ? address.replace(/[()<>\s\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, "0")}`) : undefined;
  }
  return { bold, italic, href };
}

const marksAlike = (one, other) => one.bold === other.bold && one.italic === other.italic && one.href === other.href;

function merged(runs) {
  const all = [];
  for (const run of runs) {
    const last = all.at(-1);
    // Whitespace is joined to the run before it: its weight is invisible.
    if (last && (marksAlike(last, run) || (!run.text.trim() && !run.href && !last.href))) last.text += run.text;
    else all.push({ ...run });
  }
  return all;
}

function lineOf(runs, plain = false) {
  const all = merged(runs);
  // Markdown cannot separate adjacent italic and bold runs: only bold is kept.
  const touches = all.map((run, at) => all[at - 1]?.bold || all[at - 1]?.italic || all[at + 1]?.bold || all[at + 1]?.italic);
  const joined = merged(all.map((run, at) => ({ ...run, bold: run.bold && !plain, italic: run.italic && !plain && !touches[at] })));
  let line = "";
  joined.forEach((run, at) => { line += written(run, line, joined[at + 1]?.href ? "[" : joined[at + 1]?.text ?? ""); });
  return line.replace(/ {2,}/g, " ").replace(/ *\n */g, "\n").trim();
}

function written({ text, bold, italic, href }, before, after) {
  if (href && text.trim()) {
    text = text.replace(/\s+/g, " ");
    if (text.trim() === href) return `<${href}>`;
    const mark = bold ? "**" : italic ? "*" : "";
    return `[${mark}${escaped(text.trim()).replace(/(?<!\\)[\[\]]/g, "\\$&")}${mark}](${href})${text.endsWith(" ") ? " " : ""}`;
  }
  const mark = bold && italic ? "***" : bold ? "**" : italic ? "*" : "";
  if (!mark) return escaped(text);
  let [, head, core, tail] = /^(\s*)([^]*?)(\s*)$/.exec(text);
  // CommonMark allows no emphasis mark between a letter and punctuation, and Chinese has no space there.
  const isLetter = (sign) => sign !== undefined && sign !== "" && !/\s/.test(sign) && !PUNCTUATION.test(sign);
  while (core && PUNCTUATION.test(core[0]) && isLetter((before + head).at(-1))) [head, core] = [head + core[0], core.slice(1)];
  while (core && PUNCTUATION.test(core.at(-1)) && isLetter((tail + after)[0])) [tail, core] = [core.at(-1) + tail, core.slice(0, -1)];
  // Nor does emphasis span paragraphs.
  const marked = core && mark + escaped(core).replace(/ *(?:\n *){2,}/g, `${mark}\n\n${mark}`) + mark;
  return escaped(head) + marked + escaped(tail);
}

/* --- blocks: paragraphs, headings, lists, tables */

function blocksOf(parent) {
  const blocks = [];
  let runs = [];
  const flush = () => {
    for (const text of lineOf(runs).split(/\n{2,}/)) {
      if (text.trim()) blocks.push({ text: text.trim().split("\n").map(escapedAtStart).join("\\\n") });
    }
    runs = [];
  };
  const walk = (node, marks) => {
    for (const child of node.childNodes) {
      if (child.nodeType !== Node.ELEMENT_NODE) runsOf(child, marks, runs);
      else if (!isSkipped(child)) {
        const made = blockOf(child, blocks);
        const isBlock = BLOCKS.has(child.localName) || made !== undefined;
        if (isBlock) flush();
        if (made !== undefined) blocks.push(...made);
        else if (isBlock || child.querySelector("p, div, section, ul, ol, table, blockquote")) walk(child, marksOf(child, marks));
        else runsOf(child, marks, runs);
        if (isBlock) flush();
      }
    }
  };
  walk(parent, {});
  flush();
  return blocks;
}

function blockOf(element, before) {
  const name = element.localName;
  const inline = (plain) => { const runs = []; for (const child of element.childNodes) runsOf(child, {}, runs); return lineOf(runs, plain).replace(/\n/g, " "); };
  const level = /mso-list:\s*l\d+\s+level(\d+)/i.exec(styleOf(element))?.[1];
  if (/^h[1-6]$/.test(name)) return inline(true) ? [{ text: `${"#".repeat(name[1])} ${inline(true)}` }] : [];
  if (level) return itemOfWord(element, Number(level), inline(false), before);
  if (name === "ul" || name === "ol") return [{ text: listOf(element), isList: true }].filter(({ text }) => text);
  if (name === "blockquote") return [{ text: joined(blocksOf(element)).replace(/^/gm, "> ").replace(/ +$/gm, "") }];
  if (name === "hr") return [{ text: "---" }];
  if (name === "table") return tableOf(element);
  if (name === "pre") {
    const fence = "`".repeat(Math.max(3, ...[...element.textContent.matchAll(/`+/g)].map(([run]) => run.length + 1)));
    return [{ text: `${fence}\n${element.textContent.replace(/\n$/, "")}\n${fence}` }];
  }
  return undefined;
}

function itemOfWord(element, level, text, before) {
  const sign = [...element.querySelectorAll("[data-style]")].find((inner) => /mso-list:\s*ignore/i.test(styleOf(inner)))?.textContent.trim() ?? "·";
  const number = /^(\d{1,9})[.)．、]$/.exec(sign)?.[1];
  // Chinese numerals and letters are part of the text: a Markdown list would renumber them.
  if (!number && !/^[^\d\u2e80-\u9fff]$/.test(sign)) return [{ text: escapedAtStart(`${sign}${text}`) }];
  const last = before.at(-1);
  const widths = (last?.widths ?? []).slice(0, level - 1);
  const marker = number ? `${number}. ` : "- ";
  return [{ text: " ".repeat(widths.reduce((sum, width) => sum + width, 0)) + marker + text, widths: [...widths, marker.length] }];
}

function listOf(list) {
  let number = Number(list.getAttribute("start") ?? 1);
  const items = [];
  for (const child of list.children) {
    if (isSkipped(child)) continue;
    const marker = list.localName === "ol" ? `${number}. ` : "- ";
    const isNested = child.matches("ul, ol");
    const body = isNested ? listOf(child) : joined(blocksOf(child), true);
    if (!body) continue;
    // Word and old pages put a nested list after its parent item instead of inside it.
    const indented = body.replace(/\n(?=.)/g, `\n${" ".repeat(marker.length)}`);
    items.push(isNested && items.length ? " ".repeat(marker.length) + indented : marker + indented);
    if (!isNested) number += 1;
  }
  return items.join("\n");
}

function tableOf(table) {
  const rows = [...table.rows].filter((row) => row.closest("table") === table);
  // A table with one column or with nested tables is used for layout.
  if (table.querySelector("table") || rows.every((row) => row.cells.length < 2)) {
    return rows.flatMap((row) => [...row.cells].flatMap(blocksOf));
  }
  const grid = rows.map(() => []);
  rows.forEach((row, at) => {
    for (const cell of row.cells) {
      let column = 0;
      while (grid[at][column] !== undefined) column += 1;
      const text = blocksOf(cell).map((block) => block.text.replace(/\\?\n/g, " ")).join(" ").replace(/\|/g, "\\|");
      for (let down = 0; down < Math.min(cell.rowSpan || rows.length, rows.length - at); down += 1) {
        for (let right = 0; right < cell.colSpan; right += 1) grid[at + down][column + right] = down || right ? "" : text;
      }
    }
  });
  const width = Math.max(...grid.map((row) => row.length));
  const lines = grid.map((row) => `| ${Array.from({ length: width }, (_, at) => row[at] ?? "").join(" | ")} |`);
  return [{ text: [lines[0], `|${" --- |".repeat(width)}`, ...lines.slice(1)].join("\n") }];
}

function joined(blocks, withinItem = false) {
  // List items of Word are adjacent, and a nested list follows its parent item.
  const between = (last, next) => (last.widths && next.widths) || (withinItem && next.isList) ? "\n" : "\n\n";
  return blocks.reduce((whole, block, at) => whole + (at ? between(blocks[at - 1], block) : "") + block.text, "");
}

/* Markdown of the HTML; empty if it has no formatting. The parsed document runs no scripts and loads nothing. */
export function markdownOf(html) {
  // The page's Content Security Policy applies to it too, and would report content that is only parsed.
  const inert = html
    .replace(/<(style|script)\b[^]*?<\/\1\s*>/gi, "")
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/(?<=[\s"'])(style|on[a-z]+)(?=\s*=)/gi, "data-$1"));
  const { body } = new DOMParser().parseFromString(inert, "text/html");
  return body.querySelector(FORMATTED) ? joined(blocksOf(body)) : "";
}

/* --- paste events */

function insert(field, text) {
  // Supports undo and triggers input events; not every browser implements it in form fields.
  if (document.execCommand("insertText", false, text)) return;
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertFromPaste" }));
}

function apart(field, markdown) {
  if (!markdown.includes("\n") && !/^(#|- |> |\d+\. )/.test(markdown)) return markdown;
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  return (/(^|\n)[ ]*$/.test(before) ? "" : "\n\n") + markdown + (/^[ ]*(\n|$)/.test(after) ? "" : "\n\n");
}

document.addEventListener("paste", (event) => {
  const { target: field, clipboardData: clipboard } = event;
  if (event.defaultPrevented || !clipboard || !field.matches?.("textarea, input") || field.readOnly) return;
  let text = "";
  if (field.matches(".markdown-field textarea")) {
    const markdown = markdownOf(clipboard.getData("text/html"));
    text = markdown && apart(field, markdown);
  } else if (field.matches("input:is([type=text], [type=search], [type=url], :not([type]))")) {
    const plain = clipboard.getData("text/plain");
    if (/[\t\r\n]/.test(plain.trim())) text = plain.trim().replace(/ *[\t\r\n]+[\t\r\n ]*/g, " ");
  }
  if (!text) return;
  event.preventDefault();
  insert(field, text);
});
