// The box that confirms all that is listed below it ticks the single boxes, and follows them.

const ALL = "input[data-confirm-all]";

const singleBoxes = (all) => [...all.closest("fieldset").querySelectorAll(`input[type=checkbox][name="${all.name}"]:not([data-confirm-all])`)];

/* Ticked like the single ones: a box that is left out is not confirmed. */
function follow(all) {
  const ticked = singleBoxes(all).filter(({ checked }) => checked).length;
  all.checked = ticked === singleBoxes(all).length;
  all.indeterminate = ticked > 0 && !all.checked;
}

document.addEventListener("change", ({ target }) => {
  if (target.matches(ALL)) {
    for (const box of singleBoxes(target)) box.checked = target.checked;
    return;
  }
  const all = target.closest("fieldset")?.querySelector(ALL);
  if (all && target.name === all.name) follow(all);
});

// What a browser keeps of a page that it shows again.
addEventListener("pageshow", () => {
  for (const all of document.querySelectorAll(ALL)) {
    if (all.checked) for (const box of singleBoxes(all)) box.checked = true;
    follow(all);
  }
});
