// Gives a name to what Django's admin and its widgets leave nameless for screen readers: the cells of inline
// tables (their column heading), choosers with a search field and text editors (their label), question marks.
const NAMELESS = "input:not([type=hidden], [aria-label]), select:not([aria-label]), textarea:not([aria-label])";

function textOf(element) {
  return element ? element.textContent.trim().replace(/[:*]+$/, "") : "";
}

function headingOf(cell) {
  return textOf(cell.closest("table").querySelector("thead tr").cells[cell.cellIndex]);
}

function labelOf(element) {
  const cell = element.closest(".tabular td");
  if (cell) return headingOf(cell);
  return textOf(element.closest(".form-row, .flex-container")?.querySelector("label, legend"));
}

function name(element, text) {
  if (text && element.getAttribute("aria-label") !== text) element.setAttribute("aria-label", text);
}

function nameAll() {
  for (const cell of document.querySelectorAll(".tabular tbody td:not(.original)")) {
    for (const control of cell.querySelectorAll(NAMELESS)) {
      if (!control.labels?.length) name(control, headingOf(cell) || "Delete");
    }
  }
  const parts = "[role=textbox]:not([aria-label]), [role=combobox]:not([aria-label]), .select2-search__field";
  for (const part of document.querySelectorAll(parts)) name(part, labelOf(part));
  for (const list of document.querySelectorAll("ul.select2-selection__rendered")) {
    list.setAttribute("role", "group");
    for (const item of list.children) item.setAttribute("role", "none");
  }
  for (const mark of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) mark.setAttribute("role", "img");
}

nameAll();
new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
