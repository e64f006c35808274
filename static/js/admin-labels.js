// Says what the small question marks of the admin's two-column choosers are: an image with that label.
// Django gives them an aria-label and no role, so screen readers may pass them over.
addEventListener("load", () => {
  for (const mark of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) {
    mark.setAttribute("role", "img");
  }
});
