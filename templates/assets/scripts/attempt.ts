/** An open attempt: saves each answer as it is given, shows what is left of the time, and hands in at its end. */
import { fill } from "./player-data";

interface AttemptData {
  saveUrl: string;
  leftMs: number | null;
  count: number;
  texts: Record<"saving" | "saved" | "failed" | "left" | "minutesLeft" | "answered" | "unanswered", string>;
}

const RETRY_MS = 4_000;
const TYPING_MS = 800;
/** Said to screen readers, who do not hear every second. */
const SAID_AT_MINUTES = [10, 5, 1];

/** Whether a field holds something else than it was served with. */
function isTouched(field: HTMLInputElement | HTMLSelectElement): boolean {
  if (field instanceof HTMLInputElement) {
    const isTicked = field.type === "radio" || field.type === "checkbox";
    return isTicked ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
  }
  const options = [...field.options];
  return field.value !== (options.find((option) => option.defaultSelected) ?? options[0])?.value;
}

class AttemptPage {
  private readonly endsAt: number | null;
  private readonly waiting = new Set<string>();
  private timer = 0;
  private isSending = false;
  private isHandedIn = false;
  private saidMinutes = Number.POSITIVE_INFINITY;
  private isSure = false;

  constructor(
    private readonly form: HTMLFormElement,
    private readonly data: AttemptData,
  ) {
    this.endsAt = data.leftMs === null ? null : performance.now() + data.leftMs;
    form.addEventListener("change", (event) => this.changed(event, 0));
    form.addEventListener("input", (event) => {
      if (event.target instanceof HTMLInputElement && event.target.type === "text") this.changed(event, TYPING_MS);
    });
    form.addEventListener("submit", (event) => this.handIn(event));
    addEventListener("pagehide", () => void this.sendWaiting());
    this.takeUpEarlier();
    if (this.endsAt !== null) {
      this.tick();
      setInterval(() => this.tick(), 1000);
    }
  }

  /** Saves what was answered before this script had come. */
  private takeUpEarlier(): void {
    for (const field of this.form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("input, select")) {
      const name = field.closest<HTMLElement>("[data-question]")?.dataset["question"];
      if (name && isTouched(field)) this.waiting.add(name);
    }
    if (!this.waiting.size) return;
    this.say(this.data.texts.saving);
    this.countAnswered();
    this.sendIn(0);
  }

  private changed(event: Event, delay: number): void {
    if (!(event.target instanceof HTMLElement)) return;
    const question = event.target.closest<HTMLElement>("[data-question]");
    const name = question?.dataset["question"];
    if (!question || !name) return;
    this.tellTwice(question);
    this.waiting.add(name);
    this.isSure = false;
    this.say(this.data.texts.saving);
    this.countAnswered();
    this.sendIn(delay);
  }

  private sendIn(delay: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.send(), delay);
  }

  private async send(): Promise<void> {
    if (!this.isSending) await this.sendWaiting();
  }

  /** Does not wait for a save that is on its way: a page that closes sends what is left beside it. */
  private async sendWaiting(): Promise<void> {
    if (this.isHandedIn || this.waiting.size === 0) return;
    const names = [...this.waiting];
    this.waiting.clear();
    this.isSending = true;
    const body = new URLSearchParams();
    const given = new FormData(this.form);
    for (const name of names) {
      const values = given.getAll(name).map(String);
      for (const value of values.length ? values : [""]) body.append(name, value);
    }
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    try {
      const answer = await fetch(this.data.saveUrl, {
        method: "POST",
        keepalive: true,
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        body,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const said = (await answer.json()) as { is_open: boolean };
      if (!said.is_open) {
        // Handed in by the clock or in another tab: the page shows the result.
        this.isHandedIn = true;
        location.reload();
        return;
      }
      // What was answered while this was on its way goes next; only then everything is saved.
      if (this.waiting.size) this.sendIn(0);
      else this.say(this.data.texts.saved);
    } catch {
      for (const name of names) this.waiting.add(name);
      this.say(this.data.texts.failed);
      this.sendIn(RETRY_MS);
    } finally {
      this.isSending = false;
    }
  }

  private handIn(event: SubmitEvent): void {
    const open = this.data.count - this.answered();
    const question = document.getElementById("attempt-unanswered");
    if (open > 0 && !this.isSure && question && !this.isTimeOver()) {
      event.preventDefault();
      this.isSure = true;
      question.hidden = false;
      question.textContent = fill(this.data.texts.unanswered, { n: String(open) });
      return;
    }
    if (this.isHandedIn) event.preventDefault();
    this.isHandedIn = true;
  }

  private isTimeOver(): boolean {
    return this.endsAt !== null && performance.now() >= this.endsAt;
  }

  private answered(): number {
    const given = new FormData(this.form);
    let count = 0;
    for (const element of this.form.querySelectorAll<HTMLElement>("[data-question]")) {
      const values = given.getAll(element.dataset["question"] ?? "").map(String);
      const isOrder = element.querySelector("[data-order]") !== null;
      // An order is an answer once each item stands at one place.
      if (isOrder ? isWhole(values) : values.some((value) => value !== "")) count += 1;
    }
    return count;
  }

  /** Says beside an order that an item stands at two places, as soon as it does. */
  private tellTwice(question: HTMLElement): void {
    const told = question.querySelector<HTMLElement>("[data-twice]");
    if (!told) return;
    const chosen = [...question.querySelectorAll("select")].map((each) => each.value).filter(Boolean);
    told.hidden = new Set(chosen).size === chosen.length;
  }

  private countAnswered(): void {
    const element = document.getElementById("attempt-answered");
    const values = { done: String(this.answered()), all: String(this.data.count) };
    if (element) element.textContent = fill(this.data.texts.answered, values);
  }

  private tick(): void {
    if (this.endsAt === null) return;
    const left = Math.max(0, Math.ceil((this.endsAt - performance.now()) / 1000));
    const element = document.getElementById("attempt-left");
    const values = { minutes: String(Math.floor(left / 60)), seconds: String(left % 60).padStart(2, "0") };
    if (element) element.textContent = fill(this.data.texts.left, values);
    const minutes = Math.ceil(left / 60);
    if (SAID_AT_MINUTES.includes(minutes) && minutes < this.saidMinutes) {
      this.saidMinutes = minutes;
      const news = document.getElementById("attempt-news");
      if (news) news.textContent = fill(this.data.texts.minutesLeft, { minutes: String(minutes) });
    }
    if (left === 0 && !this.isHandedIn) this.form.requestSubmit();
  }

  private say(text: string): void {
    const element = document.getElementById("attempt-state");
    if (element) element.textContent = text;
  }
}

/** Whether every place of an order is filled, each with another item. */
function isWhole(values: string[]): boolean {
  return values.every((value) => value !== "") && new Set(values).size === values.length;
}

const form = document.getElementById("attempt");
const element = document.getElementById("attempt-data");
if (form instanceof HTMLFormElement && element?.textContent) {
  new AttemptPage(form, JSON.parse(element.textContent) as AttemptData);
}
