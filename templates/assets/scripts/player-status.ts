/** Shows what the page says about counting; the share; completion; and minutes taken back. */
import { fill, type Texts } from "./player-data";
import { NOTHING_KNOWN, sayingOf, type Facts } from "./player-counting";
import type { Progress, TakenBack } from "./player-beats";

/** A stretch shorter than this is a video frame between two stretches, and nothing that anybody missed. */
const NOTHING_MISSING_MS = 500;

/** Less than a second is not spoken of. */
const SHORTEST_SAID_MS = 1000;

export class Status {
  private facts = NOTHING_KNOWN;
  /** What a missed check took back and was not watched again. */
  private missing: [number, number][] = [];
  /** Whoever listens was told that something is wrong, and not yet that it is right again. */
  private isTroubleTold = false;

  constructor(private readonly texts: Texts) {}

  /** Something of what is known has changed. */
  know(news: Partial<Facts>): void {
    this.facts = { ...this.facts, ...news };
    const saying = sayingOf(this.facts);
    const { texts } = this;
    if (saying.state === "idle") return;
    if (saying.state === "saved") this.show("saved", texts.saved);
    else if (saying.state === "waiting") this.show("waiting", texts.waiting, texts.offline);
    else if (saying.why === "asked") this.show("refused", texts.notCounting, texts.asked);
    else if (saying.why === "offline") this.show("refused", texts.notCounting, texts.offlineTooLong);
    else this.show("refused", texts.notCounting, saying.reason);
  }

  idle(text: string): void {
    this.show("idle", text);
  }

  /** What is saved and waits for a presence check, so that the page says no more than the record. */
  private provisional(state: Progress): void {
    const line = document.getElementById("watch-provisional");
    if (!line) return;
    line.hidden = state.is_complete || state.provisional_ms < SHORTEST_SAID_MS;
    if (line.hidden) return;
    this.write("watch-provisional", fill(this.texts.provisional, { length: this.lengthOf(state.provisional_ms) }));
  }

  /** The share watched, as the server has it. */
  share(state: Progress): void {
    this.provisional(state);
    const bar = document.getElementById("watched-share");
    if (bar instanceof HTMLProgressElement) {
      bar.value = state.share_percent;
      bar.classList.toggle("progress--good", state.is_complete);
    }
    const text = fill(this.texts.watched, { share: String(state.share_percent) });
    this.write("watched-text", text);
    this.write("outline-watched", text);
    // Once the lecture is complete nothing depends on its minutes any more.
    if (state.is_complete) this.takenBack(null);
    const complete = document.getElementById("watch-complete");
    if (complete) complete.hidden = !state.is_complete;
    if (state.completed) this.completed(state.completed);
  }

  /** This stretch was watched: what was taken back of it is made good. */
  rewatched(startMs: number, endMs: number): void {
    if (!this.missing.length) return;
    this.missing = this.missing
      .flatMap(([from, to]): [number, number][] => [
        [from, Math.min(to, startMs)],
        [Math.max(from, endMs), to],
      ])
      .filter(([from, to]) => to - from >= NOTHING_MISSING_MS);
    if (!this.missing.length) this.takenBack(null);
  }

  /** What a missed check has cost, with the way back; null hides it. */
  takenBack(taken: TakenBack | null): void {
    const box = document.getElementById("taken-back");
    if (!box) return;
    this.missing = taken?.stretches ?? [];
    const first = taken?.stretches[0];
    const last = taken?.stretches.at(-1);
    box.hidden = !taken || !first || !last;
    if (!taken || !first || !last) return;
    const text = fill(this.texts.takenBack, {
      length: this.lengthOf(taken.milliseconds),
      from: placeOf(first[0]),
      to: placeOf(last[1]),
    });
    this.write("taken-back-text", text);
    const button = document.getElementById("rewatch");
    if (button) {
      button.textContent = fill(this.texts.rewatch, { from: placeOf(first[0]) });
      button.dataset["startMs"] = String(first[0]);
    }
    this.announce(text);
  }

  /** A length in words: minutes and seconds. */
  lengthOf(milliseconds: number): string {
    const seconds = Math.round(milliseconds / 1000);
    const values = { minutes: String(Math.floor(seconds / 60)), seconds: String(seconds % 60) };
    return fill(seconds < 60 ? this.texts.seconds : this.texts.minutes, values);
  }

  completed(news: NonNullable<Progress["completed"]>): void {
    this.write("completed-text", news.sentence);
    const box = document.getElementById("completed-box");
    if (box) box.hidden = false;
    this.announce(news.sentence);
  }

  private show(state: "idle" | "saved" | "waiting" | "refused", text: string, reason = ""): void {
    const element = document.getElementById("watch-state");
    if (!element) return;
    const before = `${element.dataset["state"]} ${document.getElementById("watch-reason")?.textContent}`;
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
    if (before === `${state} ${reason}`) return;
    if (reason) this.announce(`${text} ${reason}`);
    else if (state === "saved" && this.isTroubleTold) this.announce(text);
    this.isTroubleTold = state !== "saved" && (this.isTroubleTold || reason !== "");
  }

  private announce(text: string): void {
    this.write("watch-news", text);
  }

  private write(id: string, text: string): void {
    const element = document.getElementById(id);
    if (element && element.textContent !== text) element.textContent = text;
  }
}

/** A place in the recording as 12:05 or 1:02:05. */
function placeOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, place) => (place ? String(part).padStart(2, "0") : String(part))).join(":");
}
