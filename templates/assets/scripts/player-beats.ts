/** Beats on their way to the server: kept until it has judged them, sent again after a failure or a reload. */
import type { ServerClock } from "./player-clock";
import type { Stretch } from "./player-meter";
import { BeatQueue, type KeptBeat, type Left, type Mode } from "./player-queue";
import { send } from "./player-requests";

export interface TakenBack {
  milliseconds: number;
  stretches: [number, number][];
}

export interface Progress {
  watched_ms: number;
  provisional_ms: number;
  share_percent: number;
  is_complete: boolean;
  completed?: { sentence: string } | null;
}

export interface BeatsState extends Progress {
  session: string;
  /** A presence check waits. */
  check: boolean;
  taken_back: TakenBack | null;
  results: { sequence: number; status: "counted" | "refused"; code?: string; detail?: string }[];
}

export interface Problem {
  code: string;
  detail: string;
}

export interface BeatsEvents {
  /** The server has judged some beats. */
  onState(state: BeatsState): void;
  /** The server refused all of a request's beats. */
  onRefused(problem: Problem & Partial<BeatsState>): void;
  /** How many beats wait, and whether the network or the server failed the last time. */
  onQueue(waiting: number, isFailing: boolean): void;
  /** The server has answered: it can be reached. */
  onContact(): void;
}

const BATCH = 60;
const RETRY_MS = [2_000, 5_000, 10_000, 30_000, 60_000];
/** What the server has not answered by then is not called saved any more. */
const SLOW_MS = 4_000;
/** The server takes stretches of at most a minute. */
const LONGEST_MS = 60_000;

export class Beats {
  private own: Left | null = null;
  private sequence = 0;
  private isSending = false;
  private isFailing = false;
  private failures = 0;
  private timer = 0;
  private early: { stretch: Stretch; mode: Mode; at: number }[] = [];
  /** Of sessions that are over: this page's former ones, and what earlier pages left. */
  private readonly former = new Map<string, Left>();
  private readonly queue = new BeatQueue();

  constructor(
    private readonly url: string,
    private readonly clock: ServerClock,
    private readonly events: BeatsEvents,
  ) {
    addEventListener("online", () => void this.send());
    void this.recall().then(() => this.send());
  }

  /** Beats from now on belong to this session; what was watched while it was being opened is its first beat. */
  use(session: string, token: string): void {
    this.leave();
    this.own = { session, token, beats: [] };
    this.sequence = 0;
    hold(session);
    void this.queue.keepSession(session, token);
    const early = this.early;
    this.early = [];
    for (const { stretch, mode, at } of early) this.keep(this.own, stretch, mode, at);
    if (early.length) void this.send();
  }

  /** No session earns any more; what it has left is still sent. */
  leave(): void {
    if (this.own) this.former.set(this.own.session, this.own);
    this.own = null;
  }

  get token(): string | null {
    return this.own?.token ?? null;
  }

  add(stretch: Stretch, mode: Mode): void {
    const at = this.clock.now();
    if (!this.own) {
      this.early.push({ stretch, mode, at });
      return;
    }
    this.keep(this.own, stretch, mode, at);
    void this.send();
  }

  /** No session could be opened: what was watched without one cannot count. */
  dropEarly(): void {
    this.early = [];
  }

  /** The page may be gone in a moment: send what is kept with requests that outlive it. */
  flush(): void {
    for (const left of this.all()) {
      if (left.beats.length) void this.post(left, left.beats.slice(0, BATCH), true);
    }
  }

  private all(): Left[] {
    return this.own ? [this.own, ...this.former.values()] : [...this.former.values()];
  }

  private keep(own: Left, stretch: Stretch, mode: Mode, at: number): void {
    for (let start = stretch.startMs; start < stretch.endMs; start += LONGEST_MS) {
      this.sequence += 1;
      const end = Math.min(start + LONGEST_MS, stretch.endMs);
      const beat = { session: own.session, sequence: this.sequence, start_ms: start, end_ms: end, mode, at };
      own.beats.push(beat);
      void this.queue.keep(beat);
    }
  }

  private async send(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    clearTimeout(this.timer);
    try {
      if (this.isFailing) await this.recall();
      for (const left of this.all()) {
        while (left.beats.length) {
          if (!(await this.post(left, left.beats.slice(0, BATCH), false))) {
            this.retryLater();
            return;
          }
        }
        if (left !== this.own) {
          this.former.delete(left.session);
          void this.queue.forget(left.session);
        }
      }
      this.failures = 0;
      this.isFailing = false;
      this.tell();
    } finally {
      this.isSending = false;
    }
  }

  /** One request; true when the server has judged these beats, whatever it said. */
  private async post(left: Left, beats: KeptBeat[], keepalive: boolean): Promise<boolean> {
    const now = this.clock.now();
    const body = {
      token: left.token,
      beats: beats.map(({ sequence, start_ms, end_ms, mode, at }) => ({
        sequence,
        start_ms,
        end_ms,
        mode,
        age_ms: Math.max(0, Math.round(now - at)),
      })),
    };
    const slow = keepalive ? 0 : window.setTimeout(() => this.fail(), SLOW_MS);
    let answer: Response;
    try {
      answer = await send(this.url, body, { keepalive });
    } catch {
      return false;
    } finally {
      clearTimeout(slow);
    }
    if (answer.status >= 500 || answer.status === 429) return false;
    this.clock.sync(answer);
    const sent = new Set(beats.map((beat) => beat.sequence));
    left.beats = left.beats.filter((beat) => !sent.has(beat.sequence));
    void this.queue.drop(left.session, [...sent]);
    this.events.onContact();
    const said = (await answer.json().catch(() => null)) as (BeatsState & Problem) | null;
    // What an earlier page left behind may be of another lecture: it is saved, and not spoken of.
    if (!said || left !== this.own) return true;
    if (answer.ok) this.events.onState(said);
    else this.events.onRefused(said);
    return true;
  }

  private fail(): void {
    this.isFailing = true;
    this.tell();
  }

  private retryLater(): void {
    this.fail();
    const delay = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 60_000;
    this.failures += 1;
    this.timer = window.setTimeout(() => void this.send(), delay);
  }

  private tell(): void {
    const waiting = this.all().reduce((sum, left) => sum + left.beats.length, 0);
    this.events.onQueue(waiting, this.isFailing);
  }

  /** Take up what pages that are gone could not send. */
  private async recall(): Promise<void> {
    for (const left of await this.queue.left(this.clock.now())) {
      const isOurs = left.session === this.own?.session || this.former.has(left.session);
      if (isOurs || (await isHeld(left.session))) continue;
      if (left.beats.length) this.former.set(left.session, left);
      else void this.queue.forget(left.session);
    }
    this.tell();
  }
}

const LOCK = "beats:";

/** Another page of this browser must leave this session's beats alone as long as this page lives. */
function hold(session: string): void {
  void navigator.locks?.request(LOCK + session, () => new Promise(() => undefined));
}

/** Whether the page that opened the session is still there; without Web Locks nobody knows, and sending twice is safe. */
async function isHeld(session: string): Promise<boolean> {
  const state = await navigator.locks?.query();
  return state?.held?.some((lock) => lock.name === LOCK + session) ?? false;
}
