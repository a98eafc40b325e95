/** The curriculum form in Wagtail's admin: asks how many lawyers an audience holds whenever it changes. */

const PAUSE_MS = 400;

const field = (form: HTMLFormElement, name: string): string => {
  const input = form.elements.namedItem(name);
  return input instanceof HTMLInputElement || input instanceof HTMLTextAreaElement ? input.value : "";
};

function question(form: HTMLFormElement): URLSearchParams {
  const asked = new URLSearchParams({
    organisation: field(form, "audience_organisation"),
    opens_on: field(form, "opens_on"),
    due_on: field(form, "due_on"),
    admitted_from: field(form, "audience_admitted_from"),
    admitted_until: field(form, "audience_admitted_until"),
  });
  for (const box of form.querySelectorAll<HTMLInputElement>("input[name=audience_practice_types]:checked")) {
    asked.append("practice_types", box.value);
  }
  return asked;
}

function watch(place: HTMLElement, form: HTMLFormElement): void {
  const incomplete = place.textContent ?? "";
  let asked = "";
  let timer = 0;
  const ask = async (): Promise<void> => {
    const now = question(form).toString();
    if (now === asked) return;
    asked = now;
    const answer = await fetch(`${place.dataset.url}?${now}`, { headers: { Accept: "application/json" } });
    if (!answer.ok || now !== asked) return;
    const { text } = (await answer.json()) as { text: string };
    place.textContent = text || incomplete;
  };
  const soon = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE_MS);
  };
  for (const news of ["input", "change"]) form.addEventListener(news, soon);
  // Wagtail's choosers and date pickers write their fields without an event.
  window.setInterval(() => void ask(), 1500);
  soon();
}

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll<HTMLElement>("[data-audience-count]")) {
    const form = place.closest("form");
    if (form) watch(place, form);
  }
});
