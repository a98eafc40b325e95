/** Questions of a lecture: each stops the video at its second, is judged by the server, and is explained after that. */
import type { Progress } from "./player-beats";
import { fill, type Texts } from "./player-data";
import type { Interruptions, QuestionDialog } from "./interruption";

export interface LectureQuestion {
  id: string;
  atMs: number;
  kind: "single" | "multiple" | "true_false" | "ordering" | "short";
  text: string;
  options: { id: string; text: string }[];
  isNeeded: boolean;
  isOver: boolean;
}

interface Judged {
  is_right: boolean;
  is_over: boolean;
  explanation?: string;
  completed?: Progress["completed"];
}

export class Questions {
  private isAsking = false;
  // Below the first moment, so that a question at the very beginning is passed too.
  private beforeMs = -1;

  constructor(
    private readonly questions: LectureQuestion[],
    private readonly stops: Interruptions,
    private readonly url: string,
    private readonly texts: Texts,
    private readonly onCompleted: (completed: NonNullable<Progress["completed"]>) => void,
  ) {}

  /** The picture stands here now; a question that was passed by playing since the last time stops it. */
  at(mediaMs: number): void {
    const from = this.beforeMs;
    this.beforeMs = mediaMs;
    if (this.isAsking || mediaMs < from || mediaMs - from > 3_000) return;
    const due = this.questions.find((each) => !each.isOver && each.atMs > from && each.atMs <= mediaMs);
    if (due) void this.ask(due);
  }

  private async ask(question: LectureQuestion): Promise<void> {
    this.isAsking = true;
    try {
      await this.stops.ask<null>((dialog, done) => this.draw(question, dialog, () => done(null)));
    } finally {
      this.isAsking = false;
    }
  }

  private draw(question: LectureQuestion, dialog: QuestionDialog, done: () => void): void {
    dialog.title.textContent = this.texts.questionTitle;
    dialog.text.textContent = question.text;
    const form = document.createElement("form");
    form.className = "stack stack--s";
    form.id = "lecture-question";
    form.append(...fieldsOf(question, this.texts));
    const news = document.createElement("p");
    news.setAttribute("role", "status");
    dialog.body.append(form, news);
    const send = button(this.texts.questionAnswer, "button");
    send.type = "submit";
    send.setAttribute("form", form.id);
    const later = button(this.texts.questionLater, "button button--quiet");
    later.addEventListener("click", done);
    dialog.actions.append(send);
    if (!question.isNeeded) dialog.actions.append(later);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send.disabled = true;
      void this.send(question, form).then((judged) => {
        send.disabled = false;
        if (typeof judged === "string") {
          news.textContent = judged;
          return;
        }
        question.isOver = judged.is_over;
        const open = document.getElementById("watch-questions");
        if (open) open.hidden = !this.questions.some((each) => each.isNeeded && !each.isOver);
        if (judged.completed) this.onCompleted(judged.completed);
        const verdict = judged.is_right ? this.texts.questionRight : this.texts.questionWrong;
        news.textContent = [verdict, judged.explanation ?? ""].filter(Boolean).join(" ");
        if (!judged.is_over) {
          news.textContent = `${verdict} ${this.texts.questionRetry}`;
          if (!later.isConnected) dialog.actions.append(later);
          return;
        }
        for (const field of form.querySelectorAll<HTMLInputElement>("input, select")) field.disabled = true;
        const goOn = button(this.texts.questionGoOn, "button");
        goOn.addEventListener("click", done);
        dialog.actions.replaceChildren(goOn);
        goOn.focus();
      });
    });
  }

  /** The judgement, or a sentence that says why there is none. */
  private async send(question: LectureQuestion, form: HTMLFormElement): Promise<Judged | string> {
    const body = new URLSearchParams();
    for (const value of new FormData(form).getAll("answer")) body.append("answer", String(value));
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    try {
      const answer = await fetch(fill(this.url, { id: question.id }), {
        method: "POST",
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        body,
      });
      const said = (await answer.json()) as Judged & { detail?: string; code?: string };
      if (said.code === "already_answered") return { is_right: true, is_over: true };
      return answer.ok ? said : (said.detail ?? this.texts.questionFailed);
    } catch {
      return this.texts.questionFailed;
    }
  }
}

function button(text: string, classes: string): HTMLButtonElement {
  const element = document.createElement("button");
  element.type = "button";
  element.className = classes;
  element.textContent = text;
  return element;
}

function fieldsOf(question: LectureQuestion, texts: Texts): HTMLElement[] {
  const { kind } = question;
  if (kind === "short") {
    const input = document.createElement("input");
    input.className = "input";
    input.name = "answer";
    input.maxLength = 500;
    input.setAttribute("aria-label", texts.questionYours);
    return [input];
  }
  if (kind === "ordering") {
    return question.options.map((_option, place) => {
      const select = document.createElement("select");
      select.className = "input";
      select.name = "answer";
      select.setAttribute("aria-label", String(place + 1));
      select.append(new Option("", ""), ...question.options.map((option) => new Option(option.text, option.id)));
      return select;
    });
  }
  const options =
    kind === "true_false"
      ? [
          { id: "true", text: texts.questionTrue },
          { id: "false", text: texts.questionFalse },
        ]
      : question.options;
  const choices = document.createElement("div");
  choices.className = "choices";
  for (const option of options) {
    const label = document.createElement("label");
    label.className = "choice";
    const input = document.createElement("input");
    input.type = kind === "multiple" ? "checkbox" : "radio";
    input.name = "answer";
    input.value = option.id;
    const words = document.createElement("span");
    words.textContent = option.text;
    label.append(input, words);
    choices.append(label);
  }
  return [choices];
}
