/** Presence checks on the page: shown over the stopped lecture, answered by a press or a code, told how it ended. */
import { fill, type Texts } from "./player-data";
import type { Problem, Progress, TakenBack } from "./player-beats";
import type { Interruptions, QuestionDialog } from "./interruption";
import { send } from "./player-requests";

interface Shown {
  check: string;
  nonce: string;
  kind: "confirm" | "code";
  code: string;
  answer_by: string | null;
  provisional_ms: number;
}

export type Ending =
  | { how: "answered"; progress: Progress }
  /** No check waits any more. */
  | { how: "gone" }
  /** The session, or the time for an answer, is over. */
  | { how: "ended"; problem: Problem & { taken_back?: TakenBack | null } };

/** As on the server: a press that is already under way when the question comes is no answer to it. */
const SOONEST_MS = 800;
const RETRY_MS = 3_000;

export class PresenceChecks {
  private isRunning = false;

  constructor(
    private readonly stops: Interruptions,
    private readonly urls: { show: string; answer: string },
    private readonly texts: Texts,
    private readonly lengthOf: (milliseconds: number) => string,
  ) {}

  /** Ask until it is answered or over; null where it is being asked already. */
  async run(token: string): Promise<Ending | null> {
    if (this.isRunning) return null;
    this.isRunning = true;
    const title = document.title;
    document.title = `${this.texts.checkTitle} – ${title}`;
    try {
      return await this.stops.ask<Ending>((dialog, done) => {
        dialog.title.textContent = this.texts.checkTitle;
        dialog.text.textContent = this.texts.checkComing;
        void this.converse(token, dialog).then(done);
      });
    } finally {
      document.title = title;
      this.isRunning = false;
    }
  }

  private async converse(token: string, dialog: QuestionDialog): Promise<Ending> {
    for (;;) {
      const shown = await this.patiently<Shown>(this.urls.show, { token }, dialog);
      if ("problem" in shown) {
        return shown.problem.code === "no_check" ? { how: "gone" } : { how: "ended", problem: shown.problem };
      }
      const ending = await this.untilJudged(token, shown.said, dialog);
      if (ending) return ending;
    }
  }

  /** Answer this showing of the check; null where it has to be shown anew. */
  private async untilJudged(token: string, shown: Shown, dialog: QuestionDialog): Promise<Ending | null> {
    const form = this.draw(shown, dialog);
    for (;;) {
      const code = await form.pressed();
      const { check, nonce } = shown;
      const judged = await this.patiently<Progress>(this.urls.answer, { token, check, nonce, code }, dialog);
      if ("said" in judged) return { how: "answered", progress: judged.said };
      const { problem } = judged;
      if (problem.code === "check_nonce") return null;
      if (problem.code !== "wrong_code" && problem.code !== "answered_too_fast") return { how: "ended", problem };
      form.again(problem.detail);
    }
  }

  private draw(shown: Shown, dialog: QuestionDialog): Form {
    const { texts } = this;
    const sentences = [shown.kind === "code" ? texts.checkCodeText : texts.checkText];
    if (shown.provisional_ms > 0) {
      sentences.push(fill(texts.checkWaiting, { length: this.lengthOf(shown.provisional_ms) }));
    }
    if (shown.answer_by) {
      const time = new Date(shown.answer_by).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai" });
      sentences.push(fill(texts.checkBy, { time }));
    }
    dialog.text.textContent = sentences.join("");
    return new Form(shown, dialog, texts);
  }

  /** One request, repeated until the network lets it through. */
  private async patiently<T>(
    url: string,
    body: object,
    dialog: QuestionDialog,
  ): Promise<{ said: T } | { problem: Problem & { taken_back?: TakenBack | null } }> {
    for (;;) {
      try {
        const answer = await send(url, body);
        if (answer.ok) return { said: (await answer.json()) as T };
        if (answer.status < 500 && answer.status !== 429) return { problem: (await answer.json()) as Problem };
      } catch {
        // No network: the question stays where it is.
      }
      dialog.text.textContent = this.texts.checkNoNetwork;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** The button, and where a code is asked for the code and its field. */
class Form {
  private readonly button = document.createElement("button");
  private readonly field: HTMLInputElement | null;
  private readonly message = document.createElement("p");
  private readonly drawnAt = performance.now();

  constructor(
    shown: Shown,
    dialog: QuestionDialog,
    private readonly texts: Texts,
  ) {
    this.field = shown.kind === "code" ? this.codeField(shown.code) : null;
    this.message.className = "field__error";
    this.message.id = "check-message";
    this.message.setAttribute("role", "alert");
    this.message.hidden = true;
    this.button.type = "button";
    this.button.className = "button";
    this.button.id = "check-answer";
    this.button.textContent = texts.checkConfirm;
    dialog.body.replaceChildren(...(this.field ? [code(shown.code), this.labelled(this.field)] : []), this.message);
    dialog.actions.replaceChildren(this.button);
    (this.field ?? this.button).focus();
  }

  /** The person's answer: the code he typed, or nothing but his press. */
  pressed(): Promise<string> {
    this.button.removeAttribute("aria-disabled");
    return new Promise((resolve) => {
      const answer = (): void => {
        if (performance.now() - this.drawnAt < SOONEST_MS) return;
        if (this.field && !this.field.value.trim()) {
          this.again(this.texts.checkCodeEmpty);
          return;
        }
        this.button.removeEventListener("click", answer);
        this.field?.removeEventListener("keydown", byEnter);
        this.button.setAttribute("aria-disabled", "true");
        resolve(this.field?.value.trim() ?? "");
      };
      const byEnter = (event: KeyboardEvent): void => {
        if (event.key === "Enter") answer();
      };
      this.button.addEventListener("click", answer);
      this.field?.addEventListener("keydown", byEnter);
    });
  }

  /** It was not right: say so, and let it be tried again. */
  again(why: string): void {
    this.message.textContent = why;
    this.message.hidden = false;
    this.field?.setAttribute("aria-invalid", "true");
    this.field?.select();
    (this.field ?? this.button).focus();
  }

  private codeField(shown: string): HTMLInputElement {
    const field = document.createElement("input");
    field.className = "input";
    field.id = "check-code";
    field.inputMode = "numeric";
    field.autocomplete = "off";
    field.maxLength = shown.length;
    field.setAttribute("aria-describedby", "check-message");
    return field;
  }

  private labelled(field: HTMLInputElement): HTMLElement {
    const box = document.createElement("div");
    box.className = "field";
    const label = document.createElement("label");
    label.className = "field__label";
    label.htmlFor = field.id;
    label.textContent = this.texts.checkCode;
    box.append(label, field);
    return box;
  }
}

/** The code, a digit at a time for whoever listens. */
function code(shown: string): HTMLElement {
  const element = document.createElement("p");
  element.className = "check-code";
  element.textContent = [...shown].join(" ");
  return element;
}
