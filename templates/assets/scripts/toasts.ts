/** Toasts: a sentence at the foot of the page, perhaps with an undo, gone after a while unless attended to. */

export interface Toast {
  text: string;
  /** Label of the action; without it the toast only speaks. */
  action?: string;
  /** Where the action posts. */
  url?: string;
}

const READING_MS = 6_000;
const ACTING_MS = 12_000;

function expire(element: HTMLElement, milliseconds: number): void {
  let timer = window.setTimeout(() => element.remove(), milliseconds);
  for (const name of ["pointerenter", "focusin"]) element.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) {
    element.addEventListener(name, () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => element.remove(), milliseconds);
    });
  }
}

/** Say `text` to the reader; with `url` and `action` offer to take it back by a POST to that address. */
export function toast({ text, action, url }: Toast): void {
  const region = document.getElementById("toasts");
  const template = document.getElementById("toast-template");
  if (!region || !(template instanceof HTMLTemplateElement)) return;
  const element = template.content.firstElementChild?.cloneNode(true) as HTMLElement;
  const line = element.querySelector(".toast__text");
  if (line) line.textContent = text;
  const button = element.querySelector<HTMLButtonElement>("[data-toast-action]");
  const form = element.querySelector("form");
  if (button && form && action && url) {
    button.textContent = action;
    form.action = url;
  } else {
    form?.remove();
  }
  element.querySelector("[data-toast-close]")?.addEventListener("click", () => element.remove());
  region.append(element);
  expire(element, action ? ACTING_MS : READING_MS);
}

/** Toasts also come with an answer: the header HX-Trigger: {"toast": {"text": …, "action": …, "url": …}}. */
export function watchToasts(): void {
  document.addEventListener("toast", (event) => toast((event as CustomEvent<Toast>).detail));
  for (const element of document.querySelectorAll<HTMLElement>("#toasts > .toast")) {
    element.querySelector("[data-toast-close]")?.addEventListener("click", () => element.remove());
    expire(element, ACTING_MS);
  }
}
