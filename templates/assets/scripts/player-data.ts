/** What the watch page tells its script: addresses, where to start, and every sentence it may say. */
import type { TakenBack } from "./player-beats";
import type { LectureQuestion } from "./player-questions";

export interface Captions {
  language: string;
  label: string;
  url: string;
}

export interface Source {
  playlist_url: string;
  poster_url: string;
  captions: Captions[];
  /** The sound alone, where the recording has any. */
  audio_url: string | null;
  good_for_seconds: number;
}

export interface Texts {
  starting: string;
  saved: string;
  provisional: string;
  waiting: string;
  notCounting: string;
  paused: string;
  offline: string;
  takenOver: string;
  tooFast: string;
  hidden: string;
  watched: string;
  following: string;
  follow: string;
  foundPlace: string;
  foundNone: string;
  failed: string;
  reload: string;
  noSession: string;
  offlineTooLong: string;
  asked: string;
  smallWindow: string;
  listening: string;
  takenBack: string;
  rewatch: string;
  minutes: string;
  seconds: string;
  checkTitle: string;
  checkComing: string;
  checkText: string;
  checkWaiting: string;
  checkBy: string;
  checkConfirm: string;
  checkCodeText: string;
  checkCode: string;
  checkCodeEmpty: string;
  checkNoNetwork: string;
  listen: string;
  watch: string;
  questionTitle: string;
  questionAnswer: string;
  questionLater: string;
  questionRight: string;
  questionWrong: string;
  questionRetry: string;
  questionGoOn: string;
  questionFailed: string;
  questionYours: string;
  questionTrue: string;
  questionFalse: string;
}

export interface PlayerData {
  lecture: string;
  course: string | null;
  /** Whether this reader has a record that minutes can go to. */
  earns: boolean;
  durationMs: number;
  startMs: number;
  /** A link asked for that second: play there without another press, if the browser lets us. */
  playAtOnce: boolean;
  source: Source;
  /** The server's time when it drew the page, in milliseconds. */
  nowMs: number;
  /** How a hidden page may earn: picture_in_picture, audio_only. */
  background: string[];
  /** What a missed check took back of this lecture, until it is watched again. */
  takenBack: TakenBack | null;
  urls: { source: string; sessions: string; beats: string; showCheck: string; answerCheck: string; answerQuestion: string };
  /** Questions that stop the lecture; none for who earns nothing. */
  questions: LectureQuestion[];
  texts: Texts;
}

/** The page's data, or null where there is nothing to play yet. */
export function readPlayerData(): PlayerData | null {
  const element = document.getElementById("player-data");
  return element?.textContent ? (JSON.parse(element.textContent) as PlayerData) : null;
}

/** A sentence with its {names} filled in. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
