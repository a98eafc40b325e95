/**
 * Search fields suggest while one types: a combobox as ARIA 1.2 has it. The field keeps the focus; the arrows choose,
 * Enter takes, Escape closes. An empty field offers what was searched for before. Without script it is a plain form.
 */
import { forgetSearches, rememberSearch, remembered } from "./searches";

interface Suggestion {
  text: string;
  /** Where it leads; empty for words that are searched for. */
  url: string;
  label: string;
  note: string;
}

interface Option {
  element: HTMLElement;
  take: () => void;
}

const PAUSE_MS = 150;

class SearchField {
  private readonly list: HTMLUListElement;
  private readonly status: HTMLParagraphElement;
  private options: Option[] = [];
  private active = -1;
  private waiting = 0;
  private request: AbortController | null = null;

  constructor(private readonly input: HTMLInputElement, private readonly form: HTMLFormElement) {
    this.list = document.createElement("ul");
    this.list.className = "suggestions";
    this.list.id = `${input.id}-suggestions`;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.dataset["suggestions"] ?? "");
    this.list.hidden = true;
    this.status = document.createElement("p");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    form.append(this.list, this.status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    input.setAttribute("aria-expanded", "false");
    input.addEventListener("input", () => this.typed());
    input.addEventListener("compositionend", () => this.typed());
    input.addEventListener("focus", () => {
      if (!input.value.trim()) this.showRemembered();
    });
    input.addEventListener("blur", () => this.close());
    input.addEventListener("keydown", (event) => this.pressed(event));
    form.addEventListener("submit", () => {
      rememberSearch(input.value);
      this.close();
    });
    // The press would take the focus from the field, and with it the list away.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  private typed(): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.ask(), PAUSE_MS);
  }

  private async ask(): Promise<void> {
    const words = this.input.value.trim();
    this.request?.abort();
    if (!words) {
      this.showRemembered();
      return;
    }
    this.request = new AbortController();
    try {
      const address = `${this.input.dataset["suggest"] ?? ""}?q=${encodeURIComponent(words)}`;
      const answer = await fetch(address, { signal: this.request.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) {
        this.close();
        return;
      }
      const { suggestions } = (await answer.json()) as { suggestions: Suggestion[] };
      if (document.activeElement === this.input) this.show(suggestions);
    } catch {
      // Typed on, or without a network: the form still searches.
    }
  }

  private show(suggestions: Suggestion[]): void {
    this.fill(suggestions.map((each) => this.option(each.text, [each.label, each.note].filter(Boolean).join(" · "), () => {
      rememberSearch(each.text);
      location.assign(each.url);
    })));
  }

  private showRemembered(): void {
    const kept = remembered();
    const options = kept.map((words) => this.option(words, this.input.dataset["recent"] ?? "", () => {
      this.input.value = words;
      this.form.requestSubmit();
    }));
    if (kept.length) {
      const clear = this.option(this.input.dataset["clear"] ?? "", "", () => {
        forgetSearches();
        this.close();
      });
      clear.element.classList.add("suggestion--clear");
      options.push(clear);
    }
    this.fill(options);
  }

  private option(text: string, about: string, take: () => void): Option {
    const element = document.createElement("li");
    element.className = "suggestion";
    element.setAttribute("role", "option");
    element.setAttribute("aria-selected", "false");
    const words = document.createElement("span");
    words.className = "suggestion__text";
    words.textContent = text;
    element.append(words);
    if (about) {
      const note = document.createElement("span");
      note.className = "suggestion__note";
      note.textContent = about;
      element.append(" ", note);
    }
    element.addEventListener("click", take);
    return { element, take };
  }

  private fill(options: Option[]): void {
    this.options = options;
    this.active = -1;
    this.input.removeAttribute("aria-activedescendant");
    options.forEach(({ element }, place) => (element.id = `${this.list.id}-${place}`));
    this.list.replaceChildren(...options.map(({ element }) => element));
    const isOpen = options.length > 0;
    this.list.hidden = !isOpen;
    this.input.setAttribute("aria-expanded", String(isOpen));
    this.status.textContent = isOpen ? (this.input.dataset["count"] ?? "").replace("0", String(options.length)) : "";
  }

  private close(): void {
    window.clearTimeout(this.waiting);
    this.request?.abort();
    this.fill([]);
  }

  private pressed(event: KeyboardEvent): void {
    // While an input method composes, its keys are its own.
    if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const isOpen = !this.list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
      else void this.ask();
    } else if (event.key === "Enter" && isOpen && this.options[this.active]) {
      event.preventDefault();
      const { take } = this.options[this.active] as Option;
      this.close();
      take();
    } else if (event.key === "Escape" && isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  }

  /** To the next or the one before; beyond the ends the field itself is active again. */
  private move(by: number): void {
    const places = this.options.length + 1;
    this.active = ((this.active + 1 + by + places) % places) - 1;
    this.options.forEach(({ element }, place) => {
      element.setAttribute("aria-selected", String(place === this.active));
      if (place === this.active) element.scrollIntoView({ block: "nearest" });
    });
    const chosen = this.options[this.active];
    if (chosen) this.input.setAttribute("aria-activedescendant", chosen.element.id);
    else this.input.removeAttribute("aria-activedescendant");
  }
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

export function watchSearchFields(): void {
  const fields = [...document.querySelectorAll<HTMLInputElement>("input[data-suggest]")];
  for (const input of fields) if (input.form) new SearchField(input, input.form);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || isWriting(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const field = [...fields].reverse().find((each) => each.checkVisibility());
    if (!field) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  // Whoever signs out on a shared computer leaves no searches behind.
  document.addEventListener("submit", (event) => {
    if (event.target instanceof HTMLFormElement && event.target.matches("[data-forgets]")) forgetSearches();
  });
}
