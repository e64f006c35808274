/* Asks before a changed form of the admin is left. What the form held is noted when somebody first touches it;
   a form that came back with errors is unsaved from the start. */
const FORMS = "#content form[method=post]:not(#changelist-form, #login-form, [data-unwatched])";
const before = new WeakMap();
let isLeaving = false;

function held(form) {
  return [...new FormData(form)]
    .filter(([name]) => name !== "csrfmiddlewaretoken")
    .map(([name, value]) => `${name}=${value instanceof File ? `${value.name} ${value.size}` : value}`)
    .join("\n");
}

function note(event) {
  const form = event.target.closest?.(FORMS);
  if (form && !before.has(form)) before.set(form, held(form));
}

function isChanged(form) {
  if (form.querySelector(".errornote")) return true;
  return before.has(form) && before.get(form) !== held(form);
}

for (const kind of ["keydown", "pointerdown", "focusin", "dragenter", "paste"]) document.addEventListener(kind, note, true);
document.addEventListener("submit", (event) => {
  isLeaving = !event.defaultPrevented && event.target.matches(FORMS);
});
window.addEventListener("pageshow", () => {
  isLeaving = false;
});
window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && [...document.querySelectorAll(FORMS)].some(isChanged)) event.preventDefault();
});
