/** What the page says about counting: saved, waiting to save, or not counting and why; the share; completion. */
import { fill, type Texts } from "./player-data";
import type { BeatsState } from "./player-beats";

type State = "idle" | "saved" | "waiting" | "refused";

export class Status {
  constructor(private readonly texts: Texts) {}

  idle(text: string): void {
    this.show("idle", text);
  }

  saved(): void {
    this.show("saved", this.texts.saved);
  }

  waiting(): void {
    this.show("waiting", this.texts.waiting, this.texts.offline);
  }

  notCounting(reason: string): void {
    this.show("refused", this.texts.notCounting, reason);
  }

  /** The share watched, as the server has it. */
  share(state: Pick<BeatsState, "share_percent" | "is_complete">): void {
    const bar = document.getElementById("watched-share");
    if (bar instanceof HTMLProgressElement) {
      bar.value = state.share_percent;
      bar.classList.toggle("progress--good", state.is_complete);
    }
    const text = fill(this.texts.watched, { share: String(state.share_percent) });
    this.write("watched-text", text);
    this.write("outline-watched", text);
    const complete = document.getElementById("watch-complete");
    if (complete) complete.hidden = !state.is_complete;
  }

  completed(news: NonNullable<BeatsState["completed"]>): void {
    const sentences = [fill(this.texts.completed, { credit: news.credit })];
    for (const course of news.courses) sentences.push(fill(this.texts.courseCompleted, { course }));
    const text = sentences.join(" ");
    this.write("completed-text", text);
    const box = document.getElementById("completed-box");
    if (box) box.hidden = false;
    this.announce(text);
  }

  private show(state: State, text: string, reason = ""): void {
    const element = document.getElementById("watch-state");
    if (!element) return;
    const before = element.dataset["state"];
    element.dataset["state"] = state;
    element.classList.toggle("state--good", state === "saved");
    element.classList.toggle("state--attention", state === "waiting" || state === "refused");
    for (const icon of element.querySelectorAll<HTMLElement>("[data-icon]")) {
      icon.hidden = icon.dataset["icon"] !== state;
    }
    this.write("watch-state-text", text);
    this.write("watch-reason", reason);
    const line = document.getElementById("watch-reason");
    if (line) line.hidden = !reason;
    if (before !== state && reason) this.announce(`${text} ${reason}`);
  }

  private announce(text: string): void {
    this.write("watch-news", text);
  }

  private write(id: string, text: string): void {
    const element = document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
  }
}
