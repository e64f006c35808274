// <keep-typed>: hands the shop what was typed into its form when the page is left by a link or by Back, so that
// it stands there again. Without this script, what was sent by one of the form's buttons is kept.
class KeepTyped extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.isChanged = false;
    this.form.addEventListener("input", () => (this.isChanged = true));
    this.form.addEventListener("submit", () => (this.isChanged = false));
    document.addEventListener("visibilitychange", () => document.hidden && this.keep());
    window.addEventListener("pagehide", () => this.keep());
  }

  keep() {
    if (!this.isChanged) return;
    const typed = new FormData(this.form);
    typed.set("update", "keep");
    this.isChanged = !navigator.sendBeacon(this.form.getAttribute("action"), typed);
  }
}

customElements.define("keep-typed", KeepTyped);
