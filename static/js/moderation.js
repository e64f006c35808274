/* <moderation-keys>: around the moderators' list. One key decides on the comment that has the focus:
   a, s, r press its buttons, j and k move on and back. After the page comes back, the focus stays in place. */
const PLACE = "kora-moderation-place";

class ModerationKeys extends HTMLElement {
  connectedCallback() {
    this.rows = [...this.querySelectorAll("[data-comment]")];
    this.rows.forEach((row) => row.setAttribute("tabindex", "0"));
    this.querySelectorAll("[data-key]").forEach((button) => button.setAttribute("aria-keyshortcuts", button.dataset.key));
    this.querySelector(".moderation-tip")?.toggleAttribute("hidden", this.rows.length === 0);
    this.addEventListener("keydown", (event) => this.press(event));
    this.resume();
  }

  press(event) {
    const row = event.target.closest("[data-comment]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    const step = { j: 1, k: -1 }[event.key];
    const button = step ? null : row.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (step) this.rows[this.rows.indexOf(row) + step]?.focus();
    if (button) this.decide(row, button);
    if (step || button) event.preventDefault();
  }

  decide(row, button) {
    sessionStorage.setItem(PLACE, String(this.rows.indexOf(row)));
    button.click();
  }

  resume() {
    const place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    if (place !== null) this.rows[Math.min(Number(place), this.rows.length - 1)]?.focus();
  }
}

customElements.define("moderation-keys", ModerationKeys);
