"""What a finger meets on a page: the sizes of links, buttons and fields, and fields that are cut off."""

from typing import Any

# The least size of a target (WCAG 2.2, 2.5.8), and that of the letters of a field below which iOS enlarges the page.
TARGET, LETTERS = 24, 16

_FOUND = """([target, letters]) => {
  const name = one => `${one.tagName.toLowerCase()}${one.id ? "#" + one.id : ""}.${one.className} ${
    (one.textContent || one.value || "").trim().slice(0, 20)}`;
  // Of a preview only what the admin adds to it: the page is that of readers.
  const shown = one => one.closest("#container, .preview-buttons, .preview-checklist") && one.checkVisibility({ visibilityProperty: true, opacityProperty: false })
    && one.getClientRects().length && !one.closest("[hidden], .visually-hidden, .skip-to-content-link, .select2-hidden-accessible");
  // A link in a sentence may be as low as its line.
  const isInSentence = one => {
    if (getComputedStyle(one).display !== "inline") return false;
    const around = one.parentElement.cloneNode(true);
    around.querySelectorAll("a, button, form").forEach(other => other.remove());
    return /[\\p{L}\\p{N}]/u.test(around.textContent);
  };
  const found = [];
  const small = (one, box) => box.width < target - 0.5 || box.height < target - 0.5;
  for (const one of document.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden]), [role=button]")) {
    if (!shown(one)) continue;
    const box = one.getBoundingClientRect();
    // A box that is ticked has the label around it, or beside it, as its target.
    const labels = ["checkbox", "radio"].includes(one.type) ? [...one.labels] : [];
    const boxes = [box, ...labels.map(label => label.getBoundingClientRect())];
    if (boxes.every(each => small(one, each)) && !isInSentence(one))
      found.push(`target ${Math.round(box.width)}x${Math.round(box.height)} ${name(one)}`);
    if (one.matches("select, textarea, input:not([type=checkbox], [type=radio], [type=submit], [type=button], [type=file])")
        && parseFloat(getComputedStyle(one).fontSize) < letters)
      found.push(`letters ${getComputedStyle(one).fontSize} ${name(one)}`);
  }
  for (const box of document.querySelectorAll("form .form-row, form .fieldBox, form td, .submit-field, .asked")) {
    if (!shown(box) || !box.querySelector("input:not([type=hidden]), select, textarea")) continue;
    if (box.closest(".sheet-lines")) continue;
    if (box.scrollWidth > box.clientWidth && getComputedStyle(box).display !== "inline")
      found.push(`cut off ${box.scrollWidth - box.clientWidth} ${name(box)}`);
  }
  return found;
}"""


def hindrances(page: Any) -> list[str]:
    """What is too small to be met with a finger or to be read while typing, and the fields that are cut off."""
    found: list[str] = page.evaluate(_FOUND, [TARGET, LETTERS])
    return [*dict.fromkeys(found)]
