/* <moderation-keys>: around the moderators' list. One key decides on the comment that has the focus:
   a, s, r press its buttons, j and k move on and back. After the page comes back, the focus stays in place.
   A second press of the same kind within a moment is the first one still: the page may have come back in
   between, and it would decide on the next comment. */
const PLACE = "kora-moderation-place";
const PRESSED = "kora-moderation-pressed";
const MOMENT_MS = 600;

class ModerationKeys extends HTMLElement {
  connectedCallback() {
    this.rows = [...this.querySelectorAll("[data-comment]")];
    this.rows.forEach((row) => row.setAttribute("tabindex", "0"));
    this.querySelectorAll("[data-key]").forEach((button) => button.setAttribute("aria-keyshortcuts", button.dataset.key));
    this.querySelector(".moderation-tip")?.toggleAttribute("hidden", this.rows.length === 0);
    this.addEventListener("keydown", (event) => this.press(event));
    this.addEventListener("click", (event) => this.pressOnce(event), true);
    this.resume();
  }

  press(event) {
    const row = event.target.closest("[data-comment]");
    if (!row || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, select, textarea")) return;
    const step = { j: 1, k: -1 }[event.key];
    const button = step ? null : row.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (step) this.rows[this.rows.indexOf(row) + step]?.focus();
    if (button && !event.repeat) this.decide(row, button);
    if (step || button) event.preventDefault();
  }

  decide(row, button) {
    sessionStorage.setItem(PLACE, String(this.rows.indexOf(row)));
    button.click();
  }

  pressOnce(event) {
    const button = event.target.closest("[data-key]");
    if (!button) return;
    const [kind, at] = (sessionStorage.getItem(PRESSED) ?? "").split(" ");
    const isSame = kind === button.dataset.to && Date.now() - Number(at) < MOMENT_MS;
    if (isSame) event.preventDefault();
    else sessionStorage.setItem(PRESSED, `${button.dataset.to} ${Date.now()}`);
  }

  resume() {
    const place = sessionStorage.getItem(PLACE);
    sessionStorage.removeItem(PLACE);
    if (place !== null) this.rows[Math.min(Number(place), this.rows.length - 1)]?.focus();
  }
}

customElements.define("moderation-keys", ModerationKeys);
