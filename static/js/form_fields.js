// Serializes an admin form to plain values and restores it, inline rows and autocomplete fields included.

const EXCLUDED_TYPES = new Set(["password", "file", "submit", "button", "image", "reset"]);
const COUNT = /-(TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS$/;

const $ = window.django?.jQuery;

function isStorable(control) {
  return (
    control.matches("input, select, textarea") &&
    control.name &&
    !control.disabled &&
    !EXCLUDED_TYPES.has(control.type) &&
    control.autocomplete !== "one-time-code" &&
    control.name !== "csrfmiddlewaretoken" &&
    !control.name.includes("__prefix__") &&
    // The left list of a filtered multiple select.
    !(control.matches("select") && control.id.endsWith("_from"))
  );
}

const isMoved = (control) => control.id.endsWith("_to") && control.id in (window.SelectBox?.cache ?? {});
const chosenIn = (select) => [...select.options].filter((option) => option.selected || isMoved(select));

/* `control.labels` would search the whole page for each control after every change. */
function labelsOf(form) {
  const labels = new Map();
  for (const label of form.querySelectorAll("label[for]")) {
    const text = label.textContent.replace(/[:：]\s*$/, "").trim();
    if (text && !labels.has(label.htmlFor)) labels.set(label.htmlFor, text);
  }
  return labels;
}

export function fieldsOf(form) {
  const labels = labelsOf(form);
  return [...form.elements].filter(isStorable).map((control) => {
    const field = { name: control.name };
    if (control.type !== "hidden") field.label = labels.get(control.id) ?? control.name;
    if (control.matches("select")) {
      field.options = chosenIn(control).map((option) => [option.value, option.textContent]);
    } else if (["checkbox", "radio"].includes(control.type)) {
      Object.assign(field, { value: control.value, checked: control.checked });
    } else {
      field.value = control.value;
    }
    return field;
  });
}

/* The user input of a form, to compare two states of it. */
export function essence(fields) {
  return JSON.stringify(
    fields
      .filter(({ name }) => !name.startsWith("_") && !name.endsWith("-INITIAL_FORMS"))
      .map(({ name, value, checked, options }) => [name, value, checked, options?.map(([key]) => key).sort()]),
  );
}

export function textOf(fields) {
  const lines = fields
    .filter(({ label }) => label)
    .map(({ label, value, checked, options }) => {
      const shown = options ? options.filter(([key]) => key).map(([, text]) => text).join("、") : checked === false ? "" : value;
      return shown ? `${label}：${checked ? "✓" : shown}` : "";
    });
  return lines.filter(Boolean).join("\n");
}

const totalsOf = (fields) => fields.filter(({ name }) => name.endsWith("-TOTAL_FORMS"));

function setRows(form, total) {
  const prefix = total.name.replace(COUNT, "");
  const count = form.elements[total.name];
  const group = document.getElementById(`${prefix}-group`);
  if (!count || !group) return;
  // Every added row reads computed styles, which forces a layout of the group unless it is hidden.
  group.hidden = true;
  for (let left = 1000; Number(count.value) < Number(total.value) && left; left--) {
    group.querySelector(".add-row a")?.click();
  }
  for (let left = 1000; Number(count.value) > Number(total.value) && left; left--) {
    [...group.querySelectorAll(".inline-deletelink")].at(-1)?.click();
  }
  group.hidden = false;
}

function setSelect(select, wanted) {
  const keys = new Set(wanted.map(([key]) => key));
  if (isMoved(select)) {
    const left = select.id.replace(/_to$/, "_from");
    for (const [source, target, moves] of [[left, select.id, true], [select.id, left, false]]) {
      for (const option of document.getElementById(source).options) option.selected = keys.has(option.value) === moves;
      window.SelectBox.move(source, target);
    }
    return;
  }
  for (const [key, text] of wanted) {
    if (![...select.options].some((option) => option.value === key)) select.add(new Option(text, key));
  }
  for (const option of select.options) option.selected = keys.has(option.value);
}

/* Fill in the fields of the form. Returns those that it no longer has. */
export function applyFields(form, fields) {
  for (const total of totalsOf(fields)) setRows(form, total);
  const controls = new Map();
  for (const control of [...form.elements].filter(isStorable)) {
    controls.set(control.name, [...(controls.get(control.name) ?? []), control]);
  }
  const leftOut = [];
  for (const field of fields) {
    if (!field.label) continue; // Hidden fields belong to the page.
    // Boxes and radio buttons of one name are told apart by their value.
    const control = controls.get(field.name)?.find(({ value }) => !("checked" in field) || value === field.value);
    if (!control) {
      if (field.checked !== false) leftOut.push(field);
    } else if (field.options) {
      setSelect(control, field.options);
    } else if ("checked" in field) {
      control.checked = field.checked;
    } else {
      control.value = field.value;
    }
    if (!control) continue;
    control.dispatchEvent(new Event("input", { bubbles: true }));
    if ($) $(control).trigger("change");
    else control.dispatchEvent(new Event("change", { bubbles: true }));
  }
  return leftOut;
}
