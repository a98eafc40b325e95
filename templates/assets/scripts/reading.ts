/** A reading's page: tells the server every few seconds that it is open and visible; the server counts. */
import { fill } from "./player-data";

interface ReadingData {
  openUrl: string;
  signUrl: string;
  course: string;
  everyMs: number;
  neededMs: number;
  readMs: number;
  isComplete: boolean;
  texts: Record<"counting" | "paused" | "offline" | "left" | "enough", string>;
}

interface Signed {
  sitting?: string;
  read_ms: number;
  completed?: { sentence: string } | null;
}

class ReadingPage {
  private sitting = "";
  private wasHidden = false;
  private isBusy = false;
  private isOver = false;
  private readMs: number;

  constructor(private readonly data: ReadingData) {
    this.readMs = data.readMs;
    this.show();
    setInterval(() => void this.tick(), data.everyMs);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") {
        void this.tick();
      } else {
        // What was read until now still counts; what comes until the page is seen again does not.
        void this.sign();
        this.wasHidden = true;
        this.say(data.texts.paused);
      }
    });
    document.getElementById("reading-here")?.addEventListener("click", () => {
      this.isOver = false;
      this.sitting = "";
      this.part("reading-refused", (element) => (element.hidden = true));
      void this.tick();
    });
    void this.tick();
  }

  private async tick(): Promise<void> {
    if (document.visibilityState !== "visible" || this.isOver) return;
    if (this.sitting) await this.sign();
    else await this.open();
  }

  private async open(): Promise<void> {
    const opened = await this.post(this.data.openUrl, { course: this.data.course });
    if (opened?.sitting) {
      this.sitting = opened.sitting;
      this.wasHidden = false;
      this.say(this.data.texts.counting);
    }
  }

  private async sign(): Promise<void> {
    if (!this.sitting || this.isOver) return;
    const returns = this.wasHidden;
    const signed = await this.post(this.data.signUrl, { sitting: this.sitting, returns: returns ? "1" : "" });
    if (!signed) return;
    if (returns) this.wasHidden = document.visibilityState === "hidden";
    if (document.visibilityState === "visible") this.say(this.data.texts.counting);
    if (signed.completed) this.celebrate(signed.completed);
  }

  private async post(url: string, fields: Record<string, string>): Promise<Signed | null> {
    if (this.isBusy) return null;
    this.isBusy = true;
    const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
    try {
      const answer = await fetch(url, {
        method: "POST",
        keepalive: true,
        headers: { "X-CSRFToken": token, Accept: "application/json" },
        body: new URLSearchParams(fields),
      });
      const said = (await answer.json()) as Signed & { detail?: string };
      if (!answer.ok) {
        this.refuse(said.detail ?? "");
        return null;
      }
      this.readMs = said.read_ms;
      this.show();
      return said;
    } catch {
      this.say(this.data.texts.offline);
      return null;
    } finally {
      this.isBusy = false;
    }
  }

  private refuse(text: string): void {
    this.isOver = true;
    this.say("");
    this.part("reading-refused", (element) => {
      element.hidden = false;
      const words = element.querySelector("[data-text]");
      if (words) words.textContent = text;
    });
  }

  private show(): void {
    const { neededMs, texts } = this.data;
    const leftSeconds = Math.max(0, Math.ceil((neededMs - this.readMs) / 1000));
    const isEnough = this.data.isComplete || leftSeconds === 0;
    this.part("reading-share", (element) => {
      if (element instanceof HTMLProgressElement) {
        element.value = isEnough ? 100 : Math.floor((this.readMs * 100) / neededMs);
      }
    });
    this.part("reading-left", (element) => {
      const values = { minutes: String(Math.floor(leftSeconds / 60)), seconds: String(leftSeconds % 60) };
      element.textContent = isEnough ? texts.enough : fill(texts.left, values);
    });
  }

  private celebrate(completed: { sentence: string }): void {
    this.data.isComplete = true;
    this.show();
    this.part("reading-complete", (element) => (element.hidden = false));
    this.part("reading-news", (element) => (element.textContent = completed.sentence));
  }

  private say(text: string): void {
    this.part("reading-state", (element) => (element.textContent = text));
  }

  private part(id: string, change: (element: HTMLElement) => void): void {
    const element = document.getElementById(id);
    if (element) change(element);
  }
}

const element = document.getElementById("reading-data");
if (element?.textContent) new ReadingPage(JSON.parse(element.textContent) as ReadingData);
