/** Forms: one submission at a time, filters that apply themselves, the name of a chosen file, the first error. */

function markBusy(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset["submitted"] = "";
  submitter?.setAttribute("aria-busy", "true");
}

function showFiles(zone: HTMLElement, input: HTMLInputElement): void {
  const name = zone.querySelector("[data-dropzone-name]");
  if (name) name.textContent = [...(input.files ?? [])].map((file) => file.name).join("、");
}

export function watchForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    if ("submitted" in form.dataset) event.preventDefault();
    else markBusy(form, event.submitter);
  });
  // A page kept by the back button must take submissions again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-submitted]")) {
      delete form.dataset["submitted"];
      form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
    }
  });
  document.addEventListener("change", (event) => {
    if (!(event.target instanceof HTMLElement)) return;
    event.target.closest<HTMLFormElement>("form[data-autosubmit]")?.requestSubmit();
    const zone = event.target.closest<HTMLElement>(".dropzone");
    if (zone && event.target instanceof HTMLInputElement) showFiles(zone, event.target);
  });
  for (const name of ["dragenter", "dragleave", "drop"]) {
    document.addEventListener(name, (event) => {
      if (!(event.target instanceof Element)) return;
      event.target.closest(".dropzone")?.classList.toggle("is-over", name === "dragenter");
    });
  }
  document.querySelector<HTMLElement>('form[method="post"] [aria-invalid="true"]')?.focus();
}
