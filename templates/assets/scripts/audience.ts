/** The curriculum form in Wagtail's admin: asks whom an audience holds whenever it changes, and shows some of them. */

const PAUSE_MS = 400;

interface Sampled {
  name: string;
  note: string;
}

interface Answer {
  text: string;
  sample: Sampled[];
}

/** What the audience and its window say now. Posted, as the numbers of named persons belong into no address. */
function question(form: HTMLFormElement): URLSearchParams {
  const asked = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const isAsked = name.startsWith("audience_") || name === "opens_on" || name === "due_on";
    if (isAsked && typeof value === "string") asked.append(name, value);
  }
  return asked;
}

function token(form: HTMLFormElement): string {
  const input = form.elements.namedItem("csrfmiddlewaretoken");
  return input instanceof HTMLInputElement ? input.value : "";
}

function line({ name, note }: Sampled): HTMLLIElement {
  const item = document.createElement("li");
  item.textContent = [name, note].filter(Boolean).join(" · ");
  return item;
}

function watch(place: HTMLElement, form: HTMLFormElement): void {
  const sentence = place.querySelector<HTMLElement>("[data-audience-text]");
  const sample = place.querySelector<HTMLElement>("[data-audience-sample]");
  if (!sentence || !sample) return;
  const list = sample.appendChild(document.createElement("ul"));
  const incomplete = sentence.textContent ?? "";
  let asked = "";
  let timer = 0;
  const ask = async (): Promise<void> => {
    const now = question(form).toString();
    if (now === asked) return;
    asked = now;
    const answer = await fetch(place.dataset.url ?? "", {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token(form) },
      body: new URLSearchParams(now),
    });
    if (!answer.ok || now !== asked) return;
    const found = (await answer.json()) as Answer;
    sentence.textContent = found.text || incomplete;
    list.replaceChildren(...found.sample.map(line));
    sample.hidden = found.sample.length === 0;
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
