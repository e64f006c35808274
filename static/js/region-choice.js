// Shows, in the admin's choice of a region, the regions of the country that is chosen beside it. Without it
// the list holds those of all countries, each under its name.
function narrow(select) {
  const country = document.getElementById(select.id.replace(/region$/, "country"))?.value;
  for (const group of select.querySelectorAll("optgroup")) {
    const isChosen = group.contains(select.selectedOptions[0]); // stays to be seen, and refused
    group.hidden = Boolean(country) && !isChosen && !group.firstElementChild.value.startsWith(`${country}:`);
  }
}

function narrowAll() {
  for (const select of document.querySelectorAll("select[data-regions]")) narrow(select);
}

document.addEventListener("change", (event) => {
  if (event.target.matches("select[name$=country]")) narrowAll();
});
document.addEventListener("formset:added", narrowAll);
document.addEventListener("DOMContentLoaded", narrowAll);
