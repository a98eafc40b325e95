/** Small buttons: theme, projector, copy, show password, print. */
import { remember } from "./cookies";
import { toast } from "./toasts";

type Theme = "light" | "dark" | "auto";

function chooseTheme(theme: Theme): void {
  if (theme === "auto") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  remember("theme", theme === "auto" ? null : theme);
  for (const button of document.querySelectorAll<HTMLElement>("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset["themeChoice"] === theme));
  }
}

function toggleProjector(): void {
  const isOn = !("projector" in document.documentElement.dataset);
  if (isOn) document.documentElement.dataset["projector"] = "";
  else delete document.documentElement.dataset["projector"];
  remember("projector", isOn ? "1" : null);
  for (const button of document.querySelectorAll("[data-projector-toggle]")) {
    button.setAttribute("aria-pressed", String(isOn));
  }
  // Names that the server left out come back with a new page.
  if (!isOn && document.querySelector("[data-names-withheld]")) location.reload();
}

async function copy(button: HTMLElement): Promise<void> {
  const source = document.getElementById(button.dataset["copy"] ?? "");
  const text = source instanceof HTMLTextAreaElement || source instanceof HTMLInputElement
    ? source.value
    : (source?.innerText ?? "");
  try {
    await navigator.clipboard.writeText(text);
    toast({ text: button.dataset["copied"] ?? "" });
  } catch {
    // No clipboard inside some chat apps: select the text, so that one long press copies it.
    if (source) getSelection()?.selectAllChildren(source);
    if (source instanceof HTMLTextAreaElement || source instanceof HTMLInputElement) source.select();
  }
}

function togglePassword(button: HTMLElement): void {
  const input = document.getElementById(button.getAttribute("aria-controls") ?? "");
  if (!(input instanceof HTMLInputElement)) return;
  const show = input.type === "password";
  input.type = show ? "text" : "password";
  button.setAttribute("aria-pressed", String(show));
  const use = button.querySelector("use");
  const href = use?.getAttribute("href") ?? "";
  use?.setAttribute("href", href.replace(/#.*$/, show ? "#hide" : "#show"));
}

export function watchControls(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const button = event.target.closest<HTMLElement>(
      "[data-theme-choice], [data-projector-toggle], [data-copy], [data-password-toggle], [data-print]",
    );
    if (!button) return;
    if (button.dataset["themeChoice"]) chooseTheme(button.dataset["themeChoice"] as Theme);
    else if ("projectorToggle" in button.dataset) toggleProjector();
    else if (button.dataset["copy"]) void copy(button);
    else if ("passwordToggle" in button.dataset) togglePassword(button);
    else window.print();
  });
}
