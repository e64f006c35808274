// <code-field>: applies and removes codes where they stand, and applies by Enter. htmx sends the form; the focus
// stays at the button that was pressed or, when that is gone, at the codes. What the shop answers for very many
// tries is shown too. Without this script, or without htmx, the buttons lead back to this place of the page.
class CodeField extends HTMLElement {
  static isSent = false;

  connectedCallback() {
    this.addEventListener("click", (event) => this.stay(event), true);
    this.addEventListener("keydown", (event) => this.applyOnEnter(event));
    if (CodeField.isSent) requestAnimationFrame(() => this.takeFocus());
  }

  // htmx would scroll to the place that the buttons' own address names.
  stay(event) {
    const button = event.target.closest("button");
    if (!button || !("htmx" in window)) return;
    button.removeAttribute("formaction");
    CodeField.isSent = true;
  }

  applyOnEnter(event) {
    if (event.key !== "Enter" || event.target.id !== "id_code") return;
    event.preventDefault();
    this.querySelector("#apply-code").click();
  }

  takeFocus() {
    CodeField.isSent = false;
    if (document.activeElement === document.body) this.focus({ preventScroll: true });
    (this.querySelector(".field-error, .code-note") ?? this).scrollIntoView({ block: "nearest" });
  }
}

function showRefusal({ detail }) {
  if (detail.xhr.status !== 429 || !detail.serverResponse.includes('id="codes"')) return;
  detail.shouldSwap = true;
  detail.isError = false;
}

function sendPlainly({ detail }) {
  const form = detail.elt.form ?? detail.elt;
  const button = detail.elt.form ? detail.elt : detail.requestConfig.triggeringEvent?.submitter;
  if (!button?.closest("code-field")) return;
  const pressed = Object.assign(document.createElement("input"), { type: "hidden", name: button.name, value: button.value });
  form.append(pressed);
  form.submit();
}

customElements.define("code-field", CodeField);
document.body.addEventListener("htmx:beforeSwap", showRefusal);
document.body.addEventListener("htmx:sendError", sendPlainly);
document.body.addEventListener("htmx:responseError", sendPlainly);
